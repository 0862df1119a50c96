#pragma once

#include "rules/subject.h"

namespace statewall {

/// Is this packet, which REJECT refuses, answered with a RST? (H17)
bool answers_reset(const rules::Subject& subject);

/// Is it answered with an ICMP error? `modern`: by kernels since 2.6.
bool answers_error(const rules::Subject& subject, bool modern);

}  // namespace statewall
