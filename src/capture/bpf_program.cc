#include "capture/bpf_program.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string_view>

namespace statewall {
namespace {

// The words of libpcap 1.10; it has no codes for these.
constexpr std::string_view kSyntaxError = "syntax error";
constexpr std::string_view kMatchesNothing = "expression rejects all packets";

struct Close {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};

// The header of a pcap file of this link type. libpcap opens it as a capture, and so translates the
// number of the link type, minds the byte order, and leaves aside what only a live capture knows,
// all as `tcpdump -r` has it. (pcap_open_dead compiles as if for a live capture.)
std::array<std::uint8_t, 24> empty_capture(LinkType link, ByteOrder order) {
  constexpr std::uint32_t kMagic = 0xa1b2c3d4;
  constexpr std::uint32_t kVersion[] = {2, 4};
  std::array<std::uint8_t, 24> bytes{};
  const auto put = [&](std::size_t at, std::size_t size, std::uint32_t value) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t shift = 8 * (order == ByteOrder::little ? i : size - 1 - i);
      bytes[at + i] = static_cast<std::uint8_t>(value >> shift);
    }
  };
  put(0, 4, kMagic);
  put(4, 2, kVersion[0]);
  put(6, 2, kVersion[1]);
  put(16, 4, kMaxCapturedLength);
  put(20, 4, static_cast<std::uint32_t>(link));
  return bytes;
}

}  // namespace

BpfProgram::BpfProgram(const std::string& expression, LinkType link, ByteOrder order) {
  auto bytes = empty_capture(link, order);
  std::FILE* file = ::fmemopen(bytes.data(), bytes.size(), "rb");
  if (file == nullptr) {
    error_ = "no memory";
    return;
  }
  char reason[PCAP_ERRBUF_SIZE] = "";
  const std::unique_ptr<pcap_t, Close> handle(pcap_fopen_offline(file, reason));
  if (!handle) {
    std::fclose(file);
    error_ = reason;
    return;
  }
  if (const char* name = pcap_datalink_val_to_name(pcap_datalink(handle.get()))) link_name_ = name;
  constexpr int kOptimize = 1;
  if (pcap_compile(handle.get(), &code_, expression.c_str(), kOptimize, PCAP_NETMASK_UNKNOWN) ==
      0) {
    outcome_ = Outcome::compiled;
    return;
  }
  error_ = pcap_geterr(handle.get());
  if (error_ == kMatchesNothing) outcome_ = Outcome::never;
}

BpfProgram::~BpfProgram() { pcap_freecode(&code_); }

bool BpfProgram::is_syntax_error() const {
  return outcome_ == Outcome::failed && error_.ends_with(kSyntaxError);
}

bool BpfProgram::matches(const Frame& frame) const {
  if (outcome_ != Outcome::compiled) return false;
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
  header.len = static_cast<bpf_u_int32>(frame.original_length);
  return pcap_offline_filter(&code_, &header, frame.bytes.data()) != 0;
}

}  // namespace statewall
