#include "capture/filter.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <utility>

#include "capture/bpf_program.h"
#include "capture/fields.h"
#include "capture/filter_error.h"

namespace statewall {
namespace {

constexpr std::size_t kMaxExpression = 65536;

// Ethernet first. Between them, these know all that pcap-filter(7) has.
constexpr LinkType kCommon[] = {
    LinkType::ethernet,
    LinkType::raw,
    static_cast<LinkType>(DLT_IEEE802_11_RADIO),
    static_cast<LinkType>(DLT_PFLOG),
    static_cast<LinkType>(DLT_SUNATM),
    static_cast<LinkType>(DLT_MTP2),
    LinkType::linux_cooked,
};

// Not where it contradicts itself, or names nobody: libpcap says "unknown host 'x'", and so of
// ports and protocols.
bool may_suit_another_link(const BpfProgram& program) {
  return program.outcome() == BpfProgram::Outcome::failed && !program.is_syntax_error() &&
         !program.error().starts_with("unknown ");
}

// BSD loopback frames begin with an address family, in the byte order of the host that captured. It
// is a small number.
ByteOrder order_of(const Frame& frame) {
  if (frame.link != LinkType::null || frame.bytes.size() < 4) return ByteOrder::little;
  const std::uint32_t family = Fields(ByteOrder::little, frame.bytes).u32(0);
  return family > 0xffff ? ByteOrder::big : ByteOrder::little;
}

bool suits_another_link(const std::string& expression) {
  return std::any_of(std::begin(kCommon) + 1, std::end(kCommon), [&](LinkType link) {
    return BpfProgram(expression, link).outcome() == BpfProgram::Outcome::compiled;
  });
}

}  // namespace

struct Filter::Program {
  LinkType link;
  ByteOrder order;
  BpfProgram code;
};

Filter::Filter(std::string expression)
    : expression_(std::move(expression)),
      matches_all_(expression_.find_first_not_of(" \t\r\n") == std::string::npos) {}
Filter::Filter(Filter&&) noexcept = default;
Filter& Filter::operator=(Filter&&) noexcept = default;
Filter::~Filter() = default;

Result<Filter> Filter::compile(std::string expression) {
  if (expression.size() > kMaxExpression) {
    return filter_error(fmt::format("has {} bytes, more than the {} that a filter may have",
                                    expression.size(), kMaxExpression));
  }
  if (expression.find('\0') != std::string::npos) return filter_error("has a zero byte");

  const BpfProgram program(expression, kCommon[0]);
  if (program.outcome() == BpfProgram::Outcome::compiled) return Filter(std::move(expression));
  if (may_suit_another_link(program) && suits_another_link(expression)) {
    return Filter(std::move(expression));
  }
  return explain_filter_error(expression, program);
}

bool Filter::matches(const Frame& frame) {
  complains_ = false;
  if (matches_all_) return true;
  return program_for(frame).code.matches(frame);
}

std::optional<Error> Filter::complaint(const std::string& file) {
  if (!std::exchange(complains_, false)) return std::nullopt;
  const std::string& name = last_->code.link_name();
  return Error{
      ErrorKind::input, fmt::format("{}: frame {}", file, number_),
      fmt::format("the filter does not suit its link type {}{}: {}", static_cast<int>(last_->link),
                  name.empty() ? "" : " (" + name + ")", last_->code.error())};
}

const Filter::Program& Filter::program_for(const Frame& frame) {
  const ByteOrder order = order_of(frame);
  const auto suits = [&](const Program& program) {
    return program.link == frame.link && program.order == order;
  };
  if (last_ != nullptr && suits(*last_)) return *last_;
  const auto known = std::find_if(programs_.begin(), programs_.end(),
                                  [&](const auto& program) { return suits(*program); });
  if (known != programs_.end()) return *(last_ = known->get());

  programs_.emplace_back(new Program{frame.link, order, {expression_, frame.link, order}});
  last_ = programs_.back().get();
  complains_ = last_->code.outcome() == BpfProgram::Outcome::failed;
  number_ = frame.number;
  return *last_;
}

}  // namespace statewall
