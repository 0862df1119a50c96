#include "report/junit.h"

#include <gtest/gtest.h>

namespace statewall {
namespace {

std::string junit(std::vector<JunitCase> cases) {
  Buffer out;
  append_junit(out, "a <suite>", cases);
  return fmt::to_string(out);
}

TEST(Junit, CountsWhatFailsAndWhatWasNotRun) {
  EXPECT_EQ(junit({{"tests", "good", 0.25, {}, {}, {}},
                   {"tests", "bad", 0, {}, {}, {"a\n  expected <1>", "b"}},
                   {"tests", "other", 0, {}, "not here", {}},
                   {"", "worse", 0, "x:1:2: \"what\"?", {}, {}}}),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites>\n"
            "<testsuite name=\"a &lt;suite&gt;\" tests=\"4\" failures=\"1\" errors=\"1\" "
            "skipped=\"1\" time=\"0.250\">\n"
            "  <testcase classname=\"tests\" name=\"good\" time=\"0.250\"/>\n"
            "  <testcase classname=\"tests\" name=\"bad\" time=\"0.000\">\n"
            "    <failure message=\"a\">a\n  expected &lt;1&gt;\nb</failure>\n"
            "  </testcase>\n"
            "  <testcase classname=\"tests\" name=\"other\" time=\"0.000\">\n"
            "    <skipped message=\"not here\">not here</skipped>\n"
            "  </testcase>\n"
            "  <testcase classname=\"\" name=\"worse\" time=\"0.000\">\n"
            "    <error message=\"x:1:2: &quot;what&quot;?\">x:1:2: &quot;what&quot;?</error>\n"
            "  </testcase>\n"
            "</testsuite>\n"
            "</testsuites>\n");
}

TEST(Junit, HoldsNothingThatXmlCannot) {
  const std::string text = junit({{"a\x01", "b\xff", 0, {}, {}, {"\x1b[31m\r\n&"}}});
  EXPECT_NE(text.find("classname=\"a\xef\xbf\xbd\" name=\"b\xef\xbf\xbd\""), text.npos) << text;
  EXPECT_NE(text.find("\xef\xbf\xbd[31m\xef\xbf\xbd\n&amp;</failure>"), text.npos) << text;
}

}  // namespace
}  // namespace statewall
