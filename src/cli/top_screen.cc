#include "cli/top_screen.h"

// Without macros that are called `move`, `clear` and `erase`.
#define NCURSES_NOMACROS
#include <ncurses.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace statewall {
namespace {

constexpr int kEscape = 27;
constexpr int kRedraw = 12;  ///< ^L
constexpr const char* kKeys =
    "q quit  space pause  r rate  b bytes  p packets  a age  / conditions  up/down choose  "
    "enter packets";

/// The terminal is the program's while this lives.
class Terminal {
 public:
  Terminal() {
    std::setlocale(LC_CTYPE, "");
    ::initscr();
    ::cbreak();
    ::noecho();
    ::keypad(::stdscr, TRUE);
    ::nodelay(::stdscr, TRUE);
    ::set_escdelay(50);
    ::curs_set(0);
  }
  ~Terminal() { ::endwin(); }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  int lines() const { return ::getmaxy(::stdscr); }

  void put(int line, std::string text, attr_t look = A_NORMAL) {
    const auto width = static_cast<std::size_t>(std::max(::getmaxx(::stdscr), 0));
    text.resize(width, ' ');
    ::wattrset(::stdscr, static_cast<int>(look));
    ::mvaddnstr(line, 0, text.c_str(), static_cast<int>(width));
    ::wattrset(::stdscr, A_NORMAL);
  }
};

class Screen {
 public:
  Screen(TopView& view, std::chrono::milliseconds interval) : view_(view), interval_(interval) {}

  int run() {
    std::optional<Error> error;
    {
      Terminal terminal;
      while (!error && !ended_) {
        error = refresh_when_due();
        draw(terminal);
        wait();
        for (int key; !ended_ && (key = ::getch()) != ERR;) take(key);
      }
    }
    return error ? fail(*error) : int{kExitSuccess};
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<Error> refresh_when_due() {
    if (paused_ || Clock::now() < due_) return std::nullopt;
    due_ = Clock::now() + interval_;
    return view_.refresh();
  }

  void wait() {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_ - Clock::now()).count();
    pollfd both[] = {{STDIN_FILENO, POLLIN, 0}, {view_.follow_descriptor(), POLLIN, 0}};
    ::poll(both, 2, paused_ ? 1000 : static_cast<int>(std::max<long long>(left, 0)));
    if (both[1].revents) view_.read_packets();
    if (both[0].revents & (POLLHUP | POLLERR)) ended_ = true;
  }

  void take(int key) {
    if (typing_ && key != kRedraw) return type(key);
    struct Order {
      int key;
      TopOrder order;
    };
    constexpr Order kOrders[] = {{'r', TopOrder::rate},
                                 {'b', TopOrder::bytes},
                                 {'p', TopOrder::packets},
                                 {'a', TopOrder::age}};
    for (const Order& row : kOrders) {
      if (row.key == key) set_order(row.order);
    }
    remark_.clear();
    switch (key) {
      case 'q': ended_ = true; break;
      case ' ': paused_ = !paused_; break;
      case '/': typing_ = view_.conditions_text(); break;
      case KEY_UP: choose(-1); break;
      case KEY_DOWN: choose(1); break;
      case '\n':
      case KEY_ENTER: view_.follow(chosen_); break;
      case kEscape: view_.follow(0); break;
      case kRedraw: ::clearok(::curscr, TRUE); break;
      default: break;
    }
  }

  void set_order(TopOrder order) {
    view_.set_order(order);
    view_.table().sort(order);
    due_ = Clock::now();
  }

  void type(int key) {
    if (key == kEscape) {
      typing_.reset();
    } else if (key == '\n' || key == KEY_ENTER) {
      view_.set_conditions(*typing_);
      typing_.reset();
      due_ = Clock::now();
    } else if (key == KEY_BACKSPACE || key == 127 || key == '\b') {
      if (!typing_->empty()) typing_->pop_back();
    } else if (key >= ' ' && key <= '~') {
      *typing_ += static_cast<char>(key);
    }
  }

  /// The row of the chosen connection; none while it is not shown.
  std::optional<std::size_t> chosen_row() {
    const auto rows = view_.table().rows();
    const auto found = std::ranges::find(rows, chosen_, &TopRow::number);
    if (found == rows.end()) return std::nullopt;
    return static_cast<std::size_t>(found - rows.begin());
  }

  void choose(int step) {
    const auto rows = view_.table().rows();
    if (rows.empty()) return;
    const auto row = chosen_row();
    const int wanted = row ? static_cast<int>(*row) + step : 0;
    const int last = static_cast<int>(std::min(rows.size(), shown_)) - 1;
    chosen_ = rows[static_cast<std::size_t>(std::clamp(wanted, 0, std::max(last, 0)))].number;
  }

  void draw(Terminal& terminal) {
    ::erase();
    const int lines = terminal.lines();
    const int packets = view_.followed() != 0 ? lines / 3 : 0;
    const int rows = std::max(lines - packets - 3, 0);
    terminal.put(0, view_.summary() + (paused_ ? "; paused" : ""));
    draw_table(terminal, static_cast<std::size_t>(rows));
    if (packets > 1) draw_packets(terminal, lines - 1 - packets, packets);
    if (std::string said = view_.take_remark(); !said.empty()) remark_ = std::move(said);
    const std::string bottom = remark_.empty() ? kKeys : remark_;
    terminal.put(lines - 1, typing_ ? "conditions: " + *typing_ + "_" : bottom, A_REVERSE);
    ::refresh();
  }

  void draw_table(Terminal& terminal, std::size_t rows) {
    shown_ = rows;
    const std::vector<std::string> lines = top_lines(view_.table().rows(), rows);
    const auto chosen = chosen_row();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool marked = i != 0 && chosen && *chosen == i - 1;
      const attr_t look = i == 0 ? A_BOLD : marked ? A_REVERSE : A_NORMAL;
      terminal.put(static_cast<int>(i) + 1, lines[i], look);
    }
  }

  void draw_packets(Terminal& terminal, int first, int count) {
    terminal.put(first, "packets of connection " + std::to_string(view_.followed()), A_BOLD);
    const auto& packets = view_.packets();
    const std::size_t room = static_cast<std::size_t>(count - 1);
    const std::size_t skipped = packets.size() - std::min(packets.size(), room);
    for (std::size_t i = skipped; i < packets.size(); ++i) {
      terminal.put(first + 1 + static_cast<int>(i - skipped), packets[i]);
    }
  }

  TopView& view_;
  const std::chrono::milliseconds interval_;
  Clock::time_point due_ = Clock::now();
  bool paused_ = false;
  bool ended_ = false;
  std::optional<std::string> typing_;  ///< conditions, as far as they are typed
  std::uint64_t chosen_ = 0;
  std::size_t shown_ = 0;  ///< rows that the screen has room for
  std::string remark_;
};

}  // namespace

int run_top_screen(TopView& view, std::chrono::milliseconds interval) {
  return Screen(view, interval).run();
}

}  // namespace statewall
