#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/buffer.h"

namespace statewall {

/// One test, as JUnit counts them.
struct JunitCase {
  std::string group;  ///< the folder
  std::string name;
  double seconds = 0;
  std::string error;                  ///< why it could not be run; empty if it could
  std::string skipped;                ///< why it was left out; empty if it was not
  std::vector<std::string> failures;  ///< texts of several lines; none: it passed
};

/// A document of JUnit XML, which continuous integration reads. Texts may be any bytes.
void append_junit(Buffer& out, std::string_view suite, std::span<const JunitCase> cases);

}  // namespace statewall
