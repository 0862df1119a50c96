#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

// The corpus of real captures, which lies beside the project and is not part of it. Its INDEX.tsv
// has a line a file: path, bytes, packets, and where it comes from.

namespace statewall::testing {

struct CorpusFile {
  std::string path;  // below the corpus folder: "icmp-query/ping.pcap"
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;

  /// "icmp-query"
  std::string folder() const { return path.substr(0, path.rfind('/')); }
};

inline std::string corpus_path(const std::string& path) {
  return std::string(STATEWALL_SOURCE_DIR) + "/../shared/corpus/" + path;
}

/// In the order of the index; empty where there is no corpus.
inline std::vector<CorpusFile> corpus() {
  std::vector<CorpusFile> files;
  std::ifstream index(corpus_path("INDEX.tsv"));
  std::string line;
  std::getline(index, line);  // the names of the columns
  while (std::getline(index, line)) {
    std::istringstream columns(line);
    CorpusFile file;
    if (std::getline(columns, file.path, '\t') && columns >> file.bytes >> file.packets) {
      files.push_back(file);
    }
  }
  return files;
}

inline std::vector<std::uint8_t> read_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace statewall::testing

/// A test that needs the corpus says so where there is none.
#define STATEWALL_SKIP_WITHOUT_CORPUS(files) \
  if ((files).empty()) GTEST_SKIP() << "no corpus at " << ::statewall::testing::corpus_path("")
