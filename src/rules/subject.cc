#include "rules/subject.h"

#include "rules/ipv6_headers.h"

namespace statewall::rules {

void Subject::find_ipv6_payload() {
  const ExtensionSearch found = search_extension(ip, extension::authentication);
  // A later fragment whose first one begins with an extension header does not tell.
  const bool unknown = packet->headers.fragment_offset != 0 && is_extension(*protocol);
  if (found.broken || unknown) protocol.reset();
  if (!found.header) return;
  protocol = extension::authentication;
  payload = *found.header;
}

}  // namespace statewall::rules
