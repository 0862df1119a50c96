#include "replay/rules_file.h"

#include <optional>

#include "replay/text_file.h"

namespace statewall {

rules::Loaded load_rules_file(const std::string& path, const rules::LoadOptions& options) {
  const auto text = read_text_file(path);
  if (!text) return {std::nullopt, {text.error()}};
  return rules::load(*text, input_name(path), options);
}

}  // namespace statewall
