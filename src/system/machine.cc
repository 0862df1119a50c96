#include "system/machine.h"

#include <charconv>
#include <fstream>

namespace statewall {
namespace {

/// What stands behind "NAME:" and blanks in the first such line; empty where there is none.
std::string value_in(const char* file, std::string_view name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t begin = line.find_first_not_of(" \t:", name.size());
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

}  // namespace

std::string processor_name() {
  const std::string name = value_in("/proc/cpuinfo", "model name");
  return name.empty() ? "unknown" : name;
}

std::optional<std::uint64_t> available_memory() {
  const std::string text = value_in("/proc/meminfo", "MemAvailable");
  std::uint64_t kibibytes = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), kibibytes);
  if (error != std::errc{}) return std::nullopt;
  return kibibytes * 1024;
}

}  // namespace statewall
