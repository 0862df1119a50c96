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

std::string name_of(const std::string& path) { return path == "-" ? "standard input" : path; }

}  // namespace

Result<std::string> read_rules_file(const std::string& path) {
  const std::string name = name_of(path);
  const std::unique_ptr<std::FILE, Closer> file(path == "-" ? stdin
                                                            : std::fopen(path.c_str(), "rb"));
  if (!file) return Error{ErrorKind::runtime, name, std::strerror(errno)};
  std::string text;
  char chunk[1 << 16];
  for (std::size_t got; (got = std::fread(chunk, 1, sizeof chunk, file.get())) > 0;) {
    text.append(chunk, got);
    if (text.size() > kMaxRulesFile) {
      return Error{ErrorKind::input, name, "is longer than 256 MiB, which no ruleset is"};
    }
  }
  if (std::ferror(file.get()) != 0) return Error{ErrorKind::runtime, name, std::strerror(errno)};
  return text;
}

rules::Loaded load_rules_file(const std::string& path, const rules::LoadOptions& options) {
  const auto text = read_rules_file(path);
  if (!text) return {std::nullopt, {text.error()}};
  return rules::load(*text, name_of(path), options);
}

}  // namespace statewall
