#include "service/run_config.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <regex>

namespace statewall {
namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What no default is.
void make_other(std::string& text) { text = "other"; }
void make_other(std::uint64_t& number) { number = 123456789; }
void make_other(std::vector<std::string>& list) { list = {"other"}; }

/// A configuration file for as long as the test runs.
class ConfigText : public ::testing::Test {
 protected:
  ~ConfigText() override { std::remove(path.c_str()); }

  std::optional<Error> read(const std::string& text) {
    std::ofstream(path) << text;
    return read_run_config(path, config);
  }
  std::string error(const std::string& text) {
    const auto error = read(text);
    return error ? error->text().substr(path.size()) : "none";
  }

  const std::string path = ::testing::TempDir() + "statewall" + std::to_string(::getpid());
  RunConfig config;
};

TEST_F(ConfigText, EachKindOfKey) {
  EXPECT_FALSE(
      read("mode = \"bridge\"\nworkers = 2\n[bridge]\ninterfaces = [\"eth1\", \"eth2\"]\n"));
  EXPECT_EQ(config.mode, "bridge");
  EXPECT_EQ(config.workers, 2u);
  EXPECT_EQ(config.bridge_interfaces, (std::vector<std::string>{"eth1", "eth2"}));
  EXPECT_FALSE(check_run_config(config));
}

TEST_F(ConfigText, WhatIsWrongHasItsPlace) {
  EXPECT_EQ(error("workers = 0\n"), ":1:11: expected a number from 1 to 32");
  EXPECT_EQ(error("\nmode = \"tap\"\n"), ":2:8: 'tap' is none of: queue bridge watch");
  EXPECT_EQ(error("rules = 7\n"), ":1:9: expected text in quotation marks");
  EXPECT_EQ(error("local = \"10.1.0.1\"\n"), ":1:9: expected an array of texts: [\"...\"]");
  EXPECT_NE(error("rulez = \"x\"\n").find("did you mean 'rules'?"), std::string::npos);
  EXPECT_NE(error("[quque]\n").find("did you mean 'queue'?"), std::string::npos);
  EXPECT_NE(error("[queue]\nlenght = 3\n").find("did you mean 'length'?"), std::string::npos);
}

TEST_F(ConfigText, KeysThatDoNotGoTogether) {
  const auto told = [this] {
    const auto error = check_run_config(config);
    return error ? error->where : "nothing";
  };
  config.mode = "bridge";
  EXPECT_EQ(told(), "bridge.interfaces");
  config.mode = "watch";
  EXPECT_EQ(told(), "watch.interface");
  config.watch_interface = "eth0";
  config.workers = 2;
  EXPECT_EQ(told(), "workers");
  config.mode = "queue";
  config.queue_first = 65535;
  EXPECT_EQ(told(), "queue.first");
  config.queue_first = 0;
  config.metrics_listen = "9632";
  EXPECT_EQ(told(), "metrics.listen");
  config.metrics_listen = "[::1]:9632";
  EXPECT_EQ(told(), "nothing");
}

// The file that is installed has each key, in a comment where it is not set, with its default.
TEST_F(ConfigText, TheInstalledFileHasEachKeyWithItsDefault) {
  const std::string text = read_text(STATEWALL_SOURCE_DIR "/packaging/statewall.toml");
  const std::string whole = std::regex_replace(text, std::regex("(^|\n)#([a-z_0-9]+ = )"), "$1$2");
  for (const RunSetting& setting : run_settings()) {
    std::visit([&](auto field) { make_other(config.*field); }, setting.field);
  }
  const auto error = read(whole);
  ASSERT_FALSE(error) << error->text();
  for (const RunSetting& setting : run_settings()) {
    std::visit([&](auto field) { EXPECT_EQ(config.*field, RunConfig().*field) << setting.name(); },
               setting.field);
  }
  EXPECT_FALSE(check_run_config(config));
}

}  // namespace
}  // namespace statewall
