#include "service/request_fields.h"

#include "rules/text.h"

namespace statewall {

Result<std::uint64_t> number_of(const ControlRequest& request, std::string_view key,
                                std::uint64_t least, std::uint64_t most, std::uint64_t otherwise) {
  const std::string* text = request.find(key);
  if (!text) return otherwise;
  const auto number = rules::parse_decimal(*text, most);
  if (number && *number >= least) return *number;
  return Error{ErrorKind::usage, std::string(key),
               fmt::format("'{}' is not {} to {}", *text, least, most)};
}

Result<ConnectionFilter> filter_of(const ControlRequest& request) {
  ConnectionFilter filter;
  for (const auto& [key, value] : request.fields) {
    const FilterKey* row = filter_key(key);
    if (!row) continue;
    if (auto error = row->take(filter, value)) {
      error->where = key;
      return *error;
    }
  }
  return filter;
}

Result<OutputField> output_of(const ControlRequest& request) {
  using Member = bool ConntrackOutput::*;
  constexpr Choice<Member> kWords[] = {{"extended", &ConntrackOutput::extended},
                                       {"id", &ConntrackOutput::id},
                                       {"timestamp", &ConntrackOutput::timestamp}};
  OutputField field;
  const std::string* text = request.find("output");
  if (!text) return field;
  field.given = true;
  std::string_view words = *text;
  for (;;) {
    const std::size_t comma = words.find(',');
    const auto member = choose("output", words.substr(0, comma), kWords);
    if (!member) return member.error();
    field.output.** member = true;
    if (comma == words.npos) return field;
    words.remove_prefix(comma + 1);
  }
}

}  // namespace statewall
