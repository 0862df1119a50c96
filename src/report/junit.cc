#include "report/junit.h"

#include "report/markup.h"
#include "report/utf8.h"

namespace statewall {
namespace {

// Text in which lines stay lines; what XML cannot hold is replaced.
void append_text(Buffer& out, std::string_view text) {
  while (true) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_markup(out, shown(text.substr(0, end)));
    if (end == text.size()) return;
    append(out, "\n");
    text.remove_prefix(end + 1);
  }
}

// The first line of a text, as an attribute.
void append_message(Buffer& out, std::string_view text) {
  append(out, " message=\"");
  append_text(out, text.substr(0, text.find('\n')));
  append(out, "\"");
}

void append_element(Buffer& out, std::string_view name, std::string_view text) {
  append(out, "    <{}", name);
  append_message(out, text);
  append(out, ">");
  append_text(out, text);
  append(out, "</{}>\n", name);
}

void append_case(Buffer& out, const JunitCase& test) {
  append(out, "  <testcase classname=\"");
  append_text(out, test.group);
  append(out, "\" name=\"");
  append_text(out, test.name);
  append(out, "\" time=\"{:.3f}\"", test.seconds);
  if (test.error.empty() && test.failures.empty() && test.skipped.empty()) {
    append(out, "/>\n");
    return;
  }
  append(out, ">\n");
  if (!test.error.empty()) append_element(out, "error", test.error);
  if (!test.skipped.empty()) append_element(out, "skipped", test.skipped);
  // Readers want one failure a test at most.
  std::string all;
  for (const std::string& failure : test.failures) {
    if (!all.empty()) all += '\n';
    all += failure;
  }
  if (!all.empty()) append_element(out, "failure", all);
  append(out, "  </testcase>\n");
}

}  // namespace

void append_junit(Buffer& out, std::string_view suite, std::span<const JunitCase> cases) {
  std::size_t failures = 0, errors = 0, skipped = 0;
  double seconds = 0;
  for (const JunitCase& test : cases) {
    failures += test.failures.empty() ? 0 : 1;
    errors += test.error.empty() ? 0 : 1;
    skipped += test.skipped.empty() ? 0 : 1;
    seconds += test.seconds;
  }
  append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"");
  append_text(out, suite);
  append(out, "\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\">\n",
         cases.size(), failures, errors, skipped, seconds);
  for (const JunitCase& test : cases) append_case(out, test);
  append(out, "</testsuite>\n</testsuites>\n");
}

}  // namespace statewall
