#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "cli/output.h"
#include "cli/replay_options.h"
#include "replay/second_opinion.h"
#include "replay/view.h"
#include "report/connection_summary.h"
#include "report/statistics.h"

// What `statewall replay` prints, one view each. They write to one Output, in the order in which
// things happen.

namespace statewall {

/// A line for each packet.
class PacketLines final : public View {
 public:
  PacketLines(const ReplayOptions& options, Output& out) : options_(options), out_(out) {}
  void packet(const PacketRecord& record, bool shown) override;
  void answer(const PacketRecord& cause, const Answer& answer, bool shown) override;

 private:
  const ReplayOptions& options_;
  Output& out_;
};

/// A line for each event.
class EventLines final : public View {
 public:
  EventLines(const ReplayOptions& options, Output& out) : options_(options), out_(out) {}
  void begin(std::string_view file) override { file_ = file; }
  void event(const Event& event, bool shown) override;

 private:
  const ReplayOptions& options_;
  Output& out_;
  std::string file_;
};

/// The table, at moments and at the end.
class Tables final : public View {
 public:
  Tables(const ReplayOptions& options, Output& out) : options_(options), out_(out) {}
  void begin(std::string_view file) override { file_ = file; }
  void table(const World& world, Nanoseconds time) override;
  void end(const World& world) override;

 private:
  void print(const std::vector<Connection>& connections, Nanoseconds now);
  void print(const Connection& connection, Nanoseconds now, TableFormat format);

  const ReplayOptions& options_;
  Output& out_;
  std::string file_;
};

/// What another profile would see, for the summary.
class Otherwise final : public View {
 public:
  explicit Otherwise(SecondOpinion opinion) : opinion_(std::move(opinion)) {}
  void packet(const PacketRecord& record, bool) override {
    opinion_.packet(record.time, record.packet, record.bytes, record.observation.state,
                    lets_out(record));
  }
  const SecondOpinion& opinion() const { return opinion_; }

 private:
  /// What rules let out here is let out there.
  static bool lets_out(const PacketRecord& record) {
    if (!record.decision) return true;
    const Verdict verdict = record.decision->decision.verdict;
    return verdict == Verdict::accept || verdict == Verdict::none;
  }

  SecondOpinion opinion_;
};

/// Counts for the summary and for --stats.
class Counting final : public View {
 public:
  explicit Counting(Statistics& statistics) : statistics_(statistics) {}
  void packet(const PacketRecord& record, bool shown) override {
    if (!shown) return;
    statistics_.count(record.packet, record.observation);
    if (record.decision) statistics_.count(record.decision->decision);
  }
  void answer(const PacketRecord&, const Answer&, bool shown) override {
    if (shown) statistics_.count_answer();
  }
  void event(const Event& event, bool shown) override {
    if (shown) statistics_.count(event);
  }
  void end(const World& world) override { statistics_.count_left(world.size()); }

 private:
  Statistics& statistics_;
};

}  // namespace statewall
