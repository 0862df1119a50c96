#include "scenario/files.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace statewall {
namespace {

namespace fs = std::filesystem;

class ScenarioFolder : public testing::Test {
 protected:
  // A folder of this test's own, since tests run side by side.
  ScenarioFolder() {
    std::string name = testing::TempDir() + "/statewall-scenarios-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~ScenarioFolder() override { fs::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string add(const std::string& name) const {
    std::ofstream(path(name)) << "x";
    return path(name);
  }

  fs::path folder_;
};

TEST_F(ScenarioFolder, HoldsScenariosInTheOrderOfTheirNames) {
  const std::string b = add("b.scenario");
  const std::string a = add("a.scenario");
  add("notes.txt");
  const auto files = scenario_files(folder_.string());
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, (std::vector{a, b}));
}

TEST_F(ScenarioFolder, HoldsThoseOfItsFoldersToo) {
  fs::create_directories(folder_ / "b/deeper");
  fs::create_directories(folder_ / "x.scenario");
  const std::string c = add("c.scenario");
  const std::string deep = add("b/deeper/a.scenario");
  const auto files = scenario_files(folder_.string());
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, (std::vector{deep, c}));
}

TEST_F(ScenarioFolder, MustHoldOne) {
  const auto files = scenario_files(folder_.string());
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().kind, ErrorKind::usage);
  EXPECT_EQ(files.error().message, "no *.scenario in this folder");
}

TEST_F(ScenarioFolder, AFileIsTakenWhateverItsName) {
  const std::string file = add("notes.txt");
  const auto files = scenario_files(file);
  ASSERT_TRUE(files);
  EXPECT_EQ(*files, std::vector{file});
}

TEST_F(ScenarioFolder, MustBeThere) {
  const auto files = scenario_files(path("none"));
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().text(), path("none") + ": no such file or folder");
  EXPECT_EQ(files.error().kind, ErrorKind::runtime);
}

}  // namespace
}  // namespace statewall
