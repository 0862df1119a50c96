#include "kernel/nft.h"

#include <nftables/libnftables.h>

#include <memory>
#include <mutex>

#include "kernel/failure.h"

namespace statewall {
namespace {

struct Free {
  void operator()(nft_ctx* context) const { nft_ctx_free(context); }
};

}  // namespace

std::optional<Error> run_nft(const std::string& text) {
  // Nothing promises that the library may be used by several threads at once.
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  const std::unique_ptr<nft_ctx, Free> context(nft_ctx_new(NFT_CTX_DEFAULT));
  if (!context) return failure("cannot use nftables");
  nft_ctx_buffer_error(context.get());
  if (nft_run_cmd_from_buffer(context.get(), text.c_str()) == 0) return std::nullopt;
  // What it says has several lines, which show the rule.
  const std::string said = nft_ctx_get_error_buffer(context.get());
  return failure("this kernel takes no nft rules about connections: " +
                 said.substr(0, said.find('\n')));
}

}  // namespace statewall
