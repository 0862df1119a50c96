#pragma once

#include "report/buffer.h"
#include "wire/bytes.h"

namespace statewall {

/// TCP options as tcpdump writes them: ", options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7]".
/// Those that lie about their length end the list with "[bad]" (RFC 9293 3.2).
void append_tcp_options(Buffer& out, Bytes options);

}  // namespace statewall
