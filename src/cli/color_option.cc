#include "cli/color_option.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "report/choice.h"

namespace statewall {
namespace {

enum class When { automatic, always, never };
constexpr Choice<When> kWhen[] = {
    {"auto", When::automatic}, {"always", When::always}, {"never", When::never}};

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

bool is_terminal(Stream stream) {
  return isatty(stream == Stream::out ? STDOUT_FILENO : STDERR_FILENO) == 1;
}

CLI::Option* add_color_option(CLI::App& app, std::string& word) {
  return app.add_option("--color", word, "States in colour: auto, always, never")
      ->type_name("WHEN")
      ->capture_default_str();
}

Result<Color> resolve_color(const std::string& word) {
  const Result<When> when = choose("--color", word, kWhen);
  if (!when) return when.error();
  if (*when != When::automatic) return *when == When::always ? Color::yes : Color::no;
  const bool able = is_terminal(Stream::out) && environment("TERM") != "dumb";
  return able && environment("NO_COLOR").empty() ? Color::yes : Color::no;
}

}  // namespace statewall
