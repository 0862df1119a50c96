#include "service/privileges.h"

#include <cap-ng.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr capng_type_t kKinds = static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED);

void choose_capabilities(std::span<const unsigned> keeps) {
  std::vector<unsigned> there;
  for (const unsigned capability : keeps) {
    if (capng_have_capability(CAPNG_PERMITTED, capability) != 0) there.push_back(capability);
  }
  capng_clear(CAPNG_SELECT_BOTH);
  for (const unsigned capability : there) capng_update(CAPNG_ADD, kKinds, capability);
}

}  // namespace

std::optional<Error> drop_privileges(const std::string& user, std::span<const unsigned> keeps) {
  capng_get_caps_process();
  const passwd* const known = user.empty() ? nullptr : ::getpwnam(user.c_str());
  if (!user.empty() && !known) {
    return Error{ErrorKind::usage, "user", "there is no user '" + user + "'"};
  }
  choose_capabilities(keeps);
  const bool changes = known && known->pw_uid != ::geteuid();
  // Only root may leave out of its bounding set what nobody shall have.
  const bool root = ::geteuid() == 0;
  constexpr int kIds = CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING;
  if (changes) {
    const int error =
        capng_change_id(static_cast<int>(known->pw_uid), static_cast<int>(known->pw_gid),
                        static_cast<capng_flags_t>(kIds));
    if (error != 0) return failure("cannot become user '" + user + "'");
  } else if (capng_apply(root ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) != 0) {
    return failure("cannot give up capabilities");
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return system_failure("cannot rule out new privileges", errno);
  }
  return std::nullopt;
}

}  // namespace statewall
