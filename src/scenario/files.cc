#include "scenario/files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace statewall {

Result<std::vector<std::string>> scenario_files(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    if (fs::exists(path, error)) return std::vector{path};
    return Error{ErrorKind::runtime, path, "no such file or folder"};
  }
  std::vector<std::string> files;
  using Walk = fs::recursive_directory_iterator;
  for (Walk it(path, error), end; !error && it != end; it.increment(error)) {
    std::error_code unknown;
    const bool folder = it->is_directory(unknown);
    if (!folder && it->path().extension() == ".scenario") files.push_back(it->path().string());
  }
  if (error) return Error{ErrorKind::runtime, path, error.message()};
  if (files.empty()) return Error{ErrorKind::usage, path, "no *.scenario in this folder"};
  std::ranges::sort(files);
  return files;
}

bool names_scenarios(const std::string& path) {
  std::error_code error;
  return path.ends_with(".scenario") || std::filesystem::is_directory(path, error);
}

}  // namespace statewall
