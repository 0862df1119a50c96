#include "kernel/iptables.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <initializer_list>

#include "kernel/failure.h"
#include "system/descriptor.h"

namespace statewall {
namespace {

// A root whose PATH lacks them has them here all the same.
constexpr const char* kFolders[] = {"/usr/sbin/", "/sbin/", "/usr/local/sbin/", "/usr/bin/"};

std::string path_of(const std::string& program) {
  for (const char* folder : kFolders) {
    std::string path = folder + program;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return program;
}

/// A file in memory.
Result<Descriptor> scratch(std::string_view text) {
  Descriptor file(::memfd_create("statewall", MFD_CLOEXEC));
  if (!file) return system_failure("cannot make a file in memory", errno);
  while (!text.empty()) {
    const ssize_t written = ::write(file.number(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_failure("cannot write to a file in memory", errno);
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  ::lseek(file.number(), 0, SEEK_SET);
  return file;
}

std::string text_of(const Descriptor& file) {
  std::string text;
  std::array<char, 1 << 14> chunk;
  ::lseek(file.number(), 0, SEEK_SET);
  for (;;) {
    const ssize_t got = ::read(file.number(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

struct Outcome {
  int status = 0;
  std::string output, errors;
};

/// Runs a program and waits for it.
Result<Outcome> run(const std::string& program, std::initializer_list<const char*> arguments,
                    std::string_view input) {
  const auto in = scratch(input), out = scratch({}), errors = scratch({});
  for (const auto* file : {&in, &out, &errors}) {
    if (!*file) return file->error();
  }
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const int files[] = {in->number(), out->number(), errors->number()};
  for (int i = 0; i < 3; ++i) ::posix_spawn_file_actions_adddup2(&actions, files[i], i);
  std::array<char*, 8> words{};
  std::size_t count = 0;
  const std::string path = path_of(program);
  words[count++] = const_cast<char*>(program.c_str());
  for (const char* argument : arguments) words[count++] = const_cast<char*>(argument);
  char* const environment[] = {const_cast<char*>("LC_ALL=C"), nullptr};
  pid_t child = 0;
  const int problem =
      ::posix_spawn(&child, path.c_str(), &actions, nullptr, words.data(), environment);
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return system_failure("cannot run " + program, problem);
  Outcome outcome;
  while (::waitpid(child, &outcome.status, 0) < 0) {
    if (errno != EINTR) return system_failure("cannot wait for " + program, errno);
  }
  outcome.output = text_of(*out);
  outcome.errors = text_of(*errors);
  return outcome;
}

std::string program_of(Family family, const char* which) {
  return (family == Family::ipv6 ? "ip6tables-" : "iptables-") + std::string(which);
}

Error refusal(const std::string& program, const Outcome& outcome) {
  std::string said = outcome.errors;
  while (!said.empty() && said.back() == '\n') said.pop_back();
  return failure(program + " refuses: " + (said.empty() ? "it does not say why" : said));
}

}  // namespace

std::optional<Error> restore_rules(Family family, std::string_view text) {
  const std::string program = program_of(family, "restore");
  const auto outcome = run(program, {}, text);
  if (!outcome) return outcome.error();
  if (outcome->status != 0) return refusal(program, *outcome);
  return std::nullopt;
}

Result<std::string> save_rules(Family family) {
  const std::string program = program_of(family, "save");
  auto outcome = run(program, {"-c"}, {});
  if (!outcome) return outcome.error();
  if (outcome->status != 0) return refusal(program, *outcome);
  return std::move(outcome->output);
}

}  // namespace statewall
