#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/hostile_options.h"
#include "cli/output.h"
#include "report/choice.h"
#include "report/profile_text.h"
#include "statewall/reason.h"

// statewall completion: a script that makes a shell complete commands, options and the words that
// options take. It is made from the command line as the program reads it.

namespace statewall {
namespace {

/// Words that an option takes, behind it.
struct Values {
  std::string option;
  std::string words;
};

std::string joined(const std::vector<std::string_view>& words, std::string_view end = "") {
  std::string text;
  for (const std::string_view word : words) {
    text.append(text.empty() ? "" : " ").append(word).append(end);
  }
  return text;
}

std::vector<Values> values() {
  std::vector<std::string_view> unwanted{"new", "established", "related", "invalid", "untracked"};
  for (int i = 0; i < static_cast<int>(Reason::count); ++i) {
    unwanted.push_back(slug(static_cast<Reason>(i)));
  }
  return {{"--profile", joined(profile_names())}, {"--set", joined(switch_names(), "=")},
          {"--checksum", "auto verify ignore"},   {"--color", "auto always never"},
          {"--mix", joined(mix_names())},         {"--fail-on", joined(unwanted)},
          {"--unsupported", "error skip"}};
}

struct OptionWord {
  std::string word;
  std::string what;
};

std::vector<OptionWord> options_of(const CLI::App& command) {
  std::vector<OptionWord> words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.push_back({"--" + name, option->get_description()});
    }
  }
  return words;
}

/// In single quotes, as all three shells read them. No text here has a backslash.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

/// The same for a name with its description, which zsh parts at the colon.
std::string described(std::string_view name, std::string_view what) {
  return in_quotes(std::string(name) + ":" + std::string(what));
}

using Commands = std::vector<const CLI::App*>;

void print_bash(const Commands& commands, Output& out) {
  Buffer& text = out.buffer();
  append(text, "_statewall() {\n  local word=${COMP_WORDS[COMP_CWORD]} words=\n");
  append(text, "  case ${COMP_WORDS[COMP_CWORD - 1]} in\n");
  for (const Values& row : values()) append(text, "    {}) words='{}' ;;\n", row.option, row.words);
  append(text, "  esac\n  if [[ -z $words && $COMP_CWORD -eq 1 ]]; then\n    words='");
  for (const CLI::App* command : commands) append(text, "{} ", command->get_name());
  append(text, "--help --version'\n  elif [[ -z $words && $word == -* ]]; then\n");
  append(text, "    case ${COMP_WORDS[1]} in\n");
  for (const CLI::App* command : commands) {
    append(text, "      {}) words='", command->get_name());
    for (const OptionWord& option : options_of(*command)) append(text, "{} ", option.word);
    append(text, "' ;;\n");
  }
  append(text, "    esac\n  fi\n");
  append(text,
         "  if [[ -n $words ]]; then\n    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n");
  append(text, "    [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n");
  append(text, "  else\n    COMPREPLY=($(compgen -f -- \"$word\"))\n  fi\n}\n");
  append(text, "complete -o filenames -F _statewall statewall");
  out.line_done();
}

void print_zsh(const Commands& commands, Output& out) {
  Buffer& text = out.buffer();
  append(text, "#compdef statewall\n_statewall() {\n  local -a commands options\n");
  append(text, "  case $words[CURRENT-1] in\n");
  for (const Values& row : values()) {
    append(text, "    {}) compadd -S '' -- {}; return ;;\n", row.option, row.words);
  }
  append(text, "  esac\n  if (( CURRENT == 2 )); then\n    commands=(\n");
  for (const CLI::App* command : commands) {
    append(text, "      {}\n", described(command->get_name(), command->get_description()));
  }
  append(text, "    )\n    _describe command commands\n    return\n  fi\n");
  append(text, "  if [[ $words[CURRENT] != -* ]]; then\n    _files\n    return\n  fi\n");
  append(text, "  case $words[2] in\n");
  for (const CLI::App* command : commands) {
    append(text, "    {}) options=(\n", command->get_name());
    for (const OptionWord& option : options_of(*command)) {
      append(text, "      {}\n", described(option.word, option.what));
    }
    append(text, "    ) ;;\n");
  }
  append(text, "  esac\n  _describe option options\n}\n_statewall \"$@\"");
  out.line_done();
}

void print_fish(const Commands& commands, Output& out) {
  Buffer& text = out.buffer();
  append(text, "complete -c statewall -n __fish_use_subcommand -f\n");
  const std::vector<Values> known = values();
  for (const CLI::App* command : commands) {
    const std::string& name = command->get_name();
    append(text, "complete -c statewall -n __fish_use_subcommand -a {} -d {}\n", name,
           in_quotes(command->get_description()));
    for (const OptionWord& option : options_of(*command)) {
      append(text, "complete -c statewall -n '__fish_seen_subcommand_from {}' -l {} -d {}", name,
             option.word.substr(2), in_quotes(option.what));
      for (const Values& row : known) {
        if (row.option == option.word) append(text, " -x -a '{}'", row.words);
      }
      append(text, "\n");
    }
  }
  append(text, "# end");
  out.line_done();
}

using Print = void (*)(const Commands& commands, Output& out);
constexpr Choice<Print> kShells[] = {
    {"bash", print_bash}, {"zsh", print_zsh}, {"fish", print_fish}};

int run(const std::string& shell, const CLI::App& program) {
  const Result<Print> print = choose("SHELL", shell, kShells);
  if (!print) return fail(print.error());
  Output out;
  (*print)(program.get_subcommands([](const CLI::App*) { return true; }), out);
  return out.finish(kExitSuccess);
}

}  // namespace

Run add_completion(CLI::App& app) {
  const auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash, zsh or fish")->required()->type_name("");
  app.footer(
      "Example: statewall completion bash > ~/.local/share/bash-completion/completions/statewall");
  return [shell, &app] { return run(*shell, *app.get_parent()); };
}

}  // namespace statewall
