#include "live/xdp_program.h"

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "kernel/failure.h"

namespace statewall {
namespace {

constexpr bpf_insn instruction(std::uint8_t code, unsigned to, unsigned from, std::int16_t offset,
                               std::int32_t immediate) {
  bpf_insn made{};
  made.code = code;
  made.dst_reg = to & 15;
  made.src_reg = from & 15;
  made.off = offset;
  made.imm = immediate;
  return made;
}

/// return bpf_redirect_map(sockets, context->rx_queue_index, XDP_PASS)
std::array<bpf_insn, 6> program_for(int sockets) {
  constexpr auto kQueue = static_cast<std::int16_t>(offsetof(xdp_md, rx_queue_index));
  return {instruction(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, kQueue, 0),
          instruction(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, sockets),
          instruction(0, 0, 0, 0, 0),
          instruction(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, XDP_PASS),
          instruction(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_map),
          instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)};
}

/// In the driver if it can, else before it reaches the system.
Descriptor link_to(int program, unsigned index) {
  bpf_link_create_opts options{};
  options.sz = sizeof options;
  for (const std::uint32_t flags : {0U, XDP_FLAGS_SKB_MODE}) {
    options.flags = flags;
    const int made = bpf_link_create(program, static_cast<int>(index), BPF_XDP, &options);
    if (made >= 0) return Descriptor(made);
    errno = -made;
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<XdpProgram>> XdpProgram::load(const std::string& interface,
                                                     unsigned queues) {
  const std::string what = "cannot load a program for " + interface;
  const int sockets =
      bpf_map_create(BPF_MAP_TYPE_XSKMAP, "statewall", sizeof(int), sizeof(int), queues, nullptr);
  if (sockets < 0) return system_failure(what, -sockets);
  Descriptor map(sockets);
  const auto code = program_for(sockets);
  const int program =
      bpf_prog_load(BPF_PROG_TYPE_XDP, "statewall", "BSD", code.data(), code.size(), nullptr);
  if (program < 0) return system_failure(what, -program);
  return std::shared_ptr<XdpProgram>(
      new XdpProgram(interface, std::move(map), Descriptor(program)));
}

std::optional<Error> XdpProgram::attach() {
  const std::lock_guard lock(mutex_);
  const std::string what = "cannot attach a program to " + interface_;
  const unsigned index = ::if_nametoindex(interface_.c_str());
  if (index == 0) return system_failure(what, errno);
  if (index == index_) return std::nullopt;
  link_ = Descriptor();
  link_ = link_to(program_.number(), index);
  if (!link_) return system_failure(what, errno);
  index_ = index;
  return std::nullopt;
}

}  // namespace statewall
