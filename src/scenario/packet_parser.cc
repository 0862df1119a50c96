#include "scenario/packet_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "scenario/expectation.h"
#include "scenario/hex.h"
#include "scenario/packet_words.h"

namespace statewall {
namespace {

constexpr std::size_t kLongestPacket = 0xffff;

// "192.168.1.6 > 192.168.1.10 icmp echo-request": these words of the line.
std::string joined(std::span<const Word> words) {
  std::string out;
  for (const Word& word : words) {
    if (!out.empty()) out += ' ';
    out += word.text;
  }
  return out;
}

// `bytes HEX...`
bool parse_bytes(Line& line, PacketStep& step, ScenarioFiles*) {
  constexpr std::string_view kExpected = "bytes, two hexadecimal digits each";
  const Word what = line.take();
  std::vector<std::uint8_t>& bytes = step.packet.bytes;
  while (!ends_packet(line)) {
    const Word word = line.take();
    if (!append_hex(bytes, word.text)) return line.fail_expected(kExpected, word);
  }
  if (bytes.empty()) return line.fail_expected(kExpected, line.peek());
  if (bytes.size() > kLongestPacket) return line.fail(what, "no packet has more than 65535 bytes");
  step.summary = fmt::format("{} bytes", bytes.size());
  return true;
}

// `from FILE frame N`
bool parse_frame(Line& line, PacketStep& step, ScenarioFiles* files) {
  const std::size_t first = line.position();
  line.take();
  const Word file = line.take();
  if (file.text.empty()) return line.fail_expected("a capture", file);
  if (!line.literal("frame")) return false;
  const auto number =
      line.number("the number of a frame", 1, std::numeric_limits<std::uint32_t>::max());
  if (!number) return false;
  if (files == nullptr) return line.fail(file, "no file is read here");
  auto frame = files->frame(file.text, *number);
  if (!frame) return line.fail(file, frame.error().text());
  step.packet.bytes = std::move(frame->bytes);
  step.packet.mac = frame->mac;
  step.summary = joined(line.taken(first));
  return true;
}

// `SRC > DST PROTOCOL...`
bool parse_words(Line& line, PacketStep& step, ScenarioFiles*) {
  const std::size_t first = line.position();
  std::size_t head_end = first;
  if (!parse_packet_words(line, step.packet, {step.number, 0}, head_end)) return false;
  step.summary = joined(line.taken(first).first(head_end - first));
  return true;
}

struct PacketForm {
  std::string_view word;
  bool (*parse)(Line&, PacketStep&, ScenarioFiles*);
};
constexpr PacketForm kForms[] = {
    {kBytesWord, parse_bytes}, {"raw", parse_bytes}, {"from", parse_frame}};

const PacketForm* form_of(const Word& word) {
  const auto* const form = std::ranges::find(kForms, word.text, &PacketForm::word);
  return form == std::end(kForms) || word.quoted ? nullptr : form;
}

}  // namespace

bool begins_packet(const Word& word) {
  const bool digit = !word.text.empty() && word.text[0] >= '0' && word.text[0] <= '9';
  // An address of IPv6 may begin with a letter, but has a colon.
  return digit || word.text.find(':') != word.text.npos || form_of(word) != nullptr;
}

bool parse_packet(Line& line, PacketStep& step, const PacketContext& context) {
  const PacketForm* const form = form_of(line.peek());
  const auto parse = form == nullptr ? parse_words : form->parse;
  if (!parse(line, step, context.files)) return false;
  if (line.peek().text == "drop") {
    const Word word = line.take();
    if (context.rules) return line.fail(word, "'drop' is for scenarios without rules");
    step.drop = true;
  }
  return parse_expectations(line, step.expectations);
}

}  // namespace statewall
