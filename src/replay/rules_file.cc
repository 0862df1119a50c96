#include "replay/rules_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace statewall {
namespace {

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

rules::Loaded failed(ErrorKind kind, const std::string& path, const std::string& message) {
  return {std::nullopt, {Error{kind, path, message}}};
}

}  // namespace

rules::Loaded load_rules_file(const std::string& path, const rules::LoadOptions& options) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  const std::unique_ptr<std::FILE, Closer> file(standard_input ? stdin
                                                               : std::fopen(path.c_str(), "rb"));
  if (!file) return failed(ErrorKind::runtime, name, std::strerror(errno));
  std::string text;
  char chunk[1 << 16];
  for (std::size_t got; (got = std::fread(chunk, 1, sizeof chunk, file.get())) > 0;) {
    text.append(chunk, got);
    if (text.size() > kMaxRulesFile) {
      return failed(ErrorKind::input, name, "is longer than 256 MiB, which no ruleset is");
    }
  }
  if (std::ferror(file.get()) != 0) {
    return failed(ErrorKind::runtime, name, std::strerror(errno));
  }
  return rules::load(text, name, options);
}

}  // namespace statewall
