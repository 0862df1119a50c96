#include "capture/zstd.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "capture/decompress.h"

namespace statewall {
namespace {

constexpr int kWindowLogMax = 27;  // 128 MiB

using Magic = std::array<std::uint8_t, 4>;
constexpr Magic kFrame = {0x28, 0xb5, 0x2f, 0xfd};
constexpr Magic kSkippable = {0x50, 0x2a, 0x4d, 0x18};  // to 0x5f

// Is this the magic number of a frame, as far as it goes?
bool begins_frame(std::span<const std::uint8_t> head) {
  const std::size_t known = std::min(head.size(), kFrame.size());
  if (known == 0 || std::equal(kFrame.begin(), kFrame.begin() + known, head.begin())) return true;
  return (head[0] & 0xf0) == kSkippable[0] &&
         std::equal(kSkippable.begin() + 1, kSkippable.begin() + known, head.begin() + 1);
}

std::string damage_of(std::size_t code) {
  switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_checksum_wrong: return "has a wrong checksum";
    case ZSTD_error_frameParameter_windowTooLarge: return "asks for a window of more than 128 MiB";
    case ZSTD_error_dictionary_wrong: return "needs a dictionary, which is not supported";
    default: return std::string("is damaged (") + ZSTD_getErrorName(code) + ")";
  }
}

class ZstdSource final : public DecompressedSource {
 public:
  explicit ZstdSource(std::unique_ptr<Input> input)
      : DecompressedSource(std::move(input), "zstd"), context_(ZSTD_createDCtx()) {
    if (!context_) throw std::bad_alloc();
    first_ = ZSTD_initDStream(context_.get());
    next_ = first_;
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
  }

 private:
  bool begins(Bytes head) const override { return begins_frame(head); }

  Step step(Bytes bytes, std::span<std::uint8_t> room) override {
    ZSTD_inBuffer in{bytes.data(), std::min(bytes.size(), next_), 0};
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &out, &in);
    Step done{.taken = in.pos, .given = out.pos, .member_ends = code == 0};
    if (ZSTD_isError(code)) done.damage = damage_of(code);
    next_ = done.member_ends ? first_ : code;
    return done;
  }

  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  // How many bytes libzstd wants next, a header or a block. It gets no more at a time, since it
  // does not tell where in its bytes the damage is.
  std::size_t first_ = 0;  // of a frame
  std::size_t next_ = 0;
};

}  // namespace

bool is_zstd(std::span<const std::uint8_t> head) {
  return head.size() >= kFrame.size() && begins_frame(head);
}

std::unique_ptr<Source> open_zstd(std::unique_ptr<Input> input) {
  return std::make_unique<ZstdSource>(std::move(input));
}

}  // namespace statewall
