#include "verify/verdict_text.h"

#include <algorithm>

#include "report/packet_text.h"
#include "report/reason_text.h"

namespace statewall {
namespace {

void append_entries(Buffer& out, std::string_view whose, const std::vector<std::string>& entries,
                    std::size_t most) {
  for (std::size_t i = 0; i < std::min(most, entries.size()); ++i) {
    append(out, "    {} {}\n", whose, entries[i]);
  }
  if (entries.size() > most) append(out, "    {} ... {} more\n", whose, entries.size() - most);
}

}  // namespace

std::string verdict_text(State state, Direction direction) {
  if (state == State::none) return "-";
  std::string text(name(state));
  if (direction != Direction::none) text.append(" ").append(name(direction));
  return text;
}

std::string kernel_verdict_text(const KernelVerdict& verdict, std::uint32_t number) {
  std::string text = verdict_text(verdict.state, verdict.direction);
  if (verdict.state == State::none) {
    text += verdict.fragment ? "; held, or dropped by the reassembly" : "; never reached conntrack";
  } else if (verdict.fragment && verdict.number != number) {
    text += fmt::format("; with fragment {}", verdict.number);
  }
  return verdict.words.empty() ? text : text + "; " + verdict.words;
}

void append_both_verdicts(Buffer& out, std::string_view what, std::uint32_t number,
                          const BothVerdicts& seen) {
  append(out, "{} ", what);
  append_packet(out, seen.packet);
  append(out, "\n    statewall {}; ", verdict_text(seen.ours.state, seen.ours.direction));
  append_reason(out, seen.packet, seen.ours);
  append(out, "\n    kernel    {}", kernel_verdict_text(seen.kernels, number));
}

std::string differed_once_text(std::uint64_t number) {
  return number == 0 ? std::string() : fmt::format(", {} only once", number);
}

void append_table_difference(Buffer& out, const TableDifference& difference, std::size_t most) {
  append_entries(out, "only statewall:", difference.only_ours, most);
  append_entries(out, "only kernel:   ", difference.only_kernels, most);
}

}  // namespace statewall
