#include "scenario/scenario_files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "scenario/parser.h"
#include "statewall/packet.h"

namespace statewall {
namespace {

namespace fs = std::filesystem;

const std::string kScenario = STATEWALL_SOURCE_DIR "/examples/some.scenario";

TEST(ScenarioFiles, FindFramesBesideTheScenario) {
  ScenarioFiles files(kScenario);
  // Also back to an earlier one.
  for (const std::uint32_t number : {3u, 4u, 3u}) {
    const auto got = files.frame("ping.pcap", number);
    ASSERT_TRUE(got) << got.error().text();
    const Packet packet = read_ip(got->bytes);
    EXPECT_EQ(packet.error, WireError::none);
    EXPECT_EQ(packet.headers.icmp_type, number == 3 ? 8 : 0);
    EXPECT_EQ(packet.ip_length, got->bytes.size());
    EXPECT_TRUE(got->mac);
  }
}

TEST(ScenarioFiles, TellWhatIsNotThere) {
  ScenarioFiles files(kScenario);
  const std::string folder = STATEWALL_SOURCE_DIR "/examples/";
  EXPECT_EQ(files.frame("ping.pcap", 99).error().text(),
            folder + "ping.pcap: it has 4 frames, not 99");
  EXPECT_EQ(files.frame("no.pcap", 1).error().text().substr(0, folder.size() + 8),
            folder + "no.pcap:");
  EXPECT_EQ(files.frame("ping.pcap", 1).error().text(),
            folder + "ping.pcap, frame 1: it has no IP packet");
  EXPECT_FALSE(files.frame("-", 1));
}

TEST(ScenarioFiles, AreReadByAScenario) {
  std::string name = ::testing::TempDir() + "/statewall-frames-XXXXXX";
  const fs::path folder = mkdtemp(name.data());
  fs::copy_file(STATEWALL_SOURCE_DIR "/examples/ping.pcap", folder / "ping.pcap");
  const std::string path = (folder / "a.scenario").string();
  std::ofstream(path) << "statewall-scenario 1\n"
                         "0 from ping.pcap frame 3 => state NEW\n"
                         "0 from \"ping.pcap\" frame 4 drop\n"
                         "0 from ping.pcap frame 9\n";
  const ParsedScenario parsed = load_scenario(path);
  ASSERT_EQ(parsed.errors.size(), 1u);
  EXPECT_EQ(parsed.errors[0].text(),
            path + ":4:8: " + (folder / "ping.pcap").string() + ": it has 4 frames, not 9");
  ASSERT_EQ(parsed.scenario.steps.size(), 2u);
  const auto& first = std::get<PacketStep>(parsed.scenario.steps[0].what);
  EXPECT_EQ(first.summary, "from ping.pcap frame 3");
  EXPECT_EQ(read_ip(first.packet.bytes).headers.icmp_type, 8);
  EXPECT_TRUE(std::get<PacketStep>(parsed.scenario.steps[1].what).drop);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace statewall
