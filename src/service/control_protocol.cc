#include "service/control_protocol.h"

#include <fmt/format.h>

#include <algorithm>

namespace statewall {
namespace {

constexpr std::string_view kName = "statewall/";

struct KindName {
  ErrorKind kind;
  std::string_view name;
};
constexpr KindName kKinds[] = {
    {ErrorKind::runtime, "runtime"}, {ErrorKind::usage, "usage"}, {ErrorKind::input, "input"}};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_plain(char c) { return c > ' ' && c <= '~' && c != '%'; }

std::string encoded(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (is_plain(c)) {
      text += c;
    } else {
      text += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      if (!is_plain(text[i])) return std::nullopt;
      value += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    value += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return value;
}

/// Takes the first word off, and the space behind it.
std::string_view take_word(std::string_view& line) {
  const std::size_t space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  line.remove_prefix(std::min(space + 1, line.size()));
  return word;
}

Error bad_request(std::string message) { return {ErrorKind::usage, "", std::move(message)}; }

std::optional<Error> take_field(std::string_view word, ControlRequest& request) {
  const std::size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  if (equals == word.npos || !is_name(key)) return bad_request("a request has fields KEY=VALUE");
  const auto value = decoded(word.substr(equals + 1));
  if (!value) return bad_request(fmt::format("the value of '{}' is not percent-encoded", key));
  if (request.find(key)) return bad_request(fmt::format("'{}' is given twice", key));
  request.fields.push_back({std::string(key), *value});
  return std::nullopt;
}

}  // namespace

const std::string* ControlRequest::find(std::string_view key) const {
  const auto found = std::ranges::find(fields, key, &Field::key);
  return found == fields.end() ? nullptr : &found->value;
}

std::string request_line(const ControlRequest& request) {
  std::string line = fmt::format("{}{} {}", kName, kControlVersion, request.command);
  for (const auto& [key, value] : request.fields) {
    line.append(" ").append(key).append("=").append(encoded(value));
  }
  return line;
}

Result<ControlRequest> parse_request(std::string_view line) {
  const std::string_view protocol = take_word(line);
  if (!protocol.starts_with(kName)) {
    return bad_request(fmt::format("a request begins with {}{}", kName, kControlVersion));
  }
  if (protocol.substr(kName.size()) != std::to_string(kControlVersion)) {
    return bad_request(fmt::format("this firewall speaks version {} of the control protocol only",
                                   kControlVersion));
  }
  ControlRequest request;
  request.command = take_word(line);
  if (!is_name(request.command)) return bad_request("a request names a command");
  while (!line.empty()) {
    if (const auto error = take_field(take_word(line), request)) return *error;
  }
  return request;
}

void append_control_line(Buffer& out, ControlMark mark, std::string_view text) {
  out.push_back(static_cast<char>(mark));
  out.push_back(' ');
  const std::size_t begin = out.size();
  append(out, text);
  std::replace(out.data() + begin, out.data() + out.size(), '\n', ' ');
  out.push_back('\n');
}

std::optional<ControlLine> parse_control_line(std::string_view line) {
  constexpr ControlMark kMarks[] = {ControlMark::data, ControlMark::notice, ControlMark::error,
                                    ControlMark::end};
  if (line.empty()) return std::nullopt;
  const auto mark = static_cast<ControlMark>(line.front());
  if (std::ranges::find(kMarks, mark) == std::end(kMarks)) return std::nullopt;
  line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return ControlLine{mark, line};
}

std::string error_text(const Error& error) {
  const auto row = std::ranges::find(kKinds, error.kind, &KindName::kind);
  return fmt::format("{} {}", row == std::end(kKinds) ? kKinds->name : row->name, error.text());
}

Error parse_error_text(std::string_view text) {
  const std::string_view kind = take_word(text);
  const auto row = std::ranges::find(kKinds, kind, &KindName::name);
  if (row == std::end(kKinds)) {
    return {ErrorKind::runtime, "", fmt::format("{} {}", kind, text)};
  }
  return {row->kind, "", std::string(text)};
}

}  // namespace statewall
