#include "replay/text_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace statewall {
namespace {

struct Closer {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

}  // namespace

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

Result<std::string> read_text_file(const std::string& path) {
  const std::string name = input_name(path);
  const std::unique_ptr<std::FILE, Closer> file(path == "-" ? stdin
                                                            : std::fopen(path.c_str(), "rb"));
  if (!file) return Error{ErrorKind::runtime, name, std::strerror(errno)};
  std::string text;
  char chunk[1 << 16];
  for (std::size_t got; (got = std::fread(chunk, 1, sizeof chunk, file.get())) > 0;) {
    text.append(chunk, got);
    if (text.size() > kMaxTextFile) {
      return Error{ErrorKind::input, name, "is longer than 256 MiB"};
    }
  }
  if (std::ferror(file.get()) != 0) return Error{ErrorKind::runtime, name, std::strerror(errno)};
  return text;
}

}  // namespace statewall
