#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "report/address_text.h"
#include "report/connection_json.h"
#include "report/protocol_name.h"
#include "report/table_text.h"
#include "service/control_jobs.h"
#include "service/logged_packet_text.h"
#include "service/request_fields.h"
#include "statewall/packet.h"

// Jobs that walk the table from its first slot to its last: list, top, delete, flush.

namespace statewall {
namespace {

/// The table, a few slots at a time.
class TableWalk {
 public:
  explicit TableWalk(Engine& engine) : engine_(engine) {}

  bool done() const { return cursor_ == Tracker::kListed; }
  Nanoseconds now() const { return now_; }

  /// Calls `take(connection)` for some connections, as long as the answer is not full.
  template <typename Take>
  void go_on(const ControlAnswer& answer, Take&& take) {
    // The tracker's clock stands where it was told of the time last, and deadlines count from it.
    now_ = engine_.now();
    engine_.operator_tracker().expire(now_);
    for (int i = 0; i < kChunks && !done() && !answer.full(); ++i) {
      const std::size_t count = engine_.operator_tracker().list(cursor_, room_);
      std::ranges::for_each(std::span(room_).first(count), take);
    }
  }

 private:
  static constexpr int kChunks = 32;

  Engine& engine_;
  Nanoseconds now_ = 0;
  std::uint32_t cursor_ = 0;
  std::array<Connection, 64> room_;
};

/// What nobody came by to remove is over all the same.
bool over(const Connection& connection, Nanoseconds now) {
  return connection.deadline != 0 && connection.deadline <= now;
}

enum class ListFormat : std::uint8_t { conntrack, ip_conntrack, nf_conntrack, tutorial, json };
constexpr Choice<ListFormat> kFormats[] = {{"conntrack", ListFormat::conntrack},
                                           {"ip_conntrack", ListFormat::ip_conntrack},
                                           {"nf_conntrack", ListFormat::nf_conntrack},
                                           {"tutorial", ListFormat::tutorial},
                                           {"json", ListFormat::json}};

class ListJob final : public ControlJob {
 public:
  ListJob(Engine& engine, ConnectionFilter filter, ListFormat format, ConntrackOutput output)
      : walk_(engine), filter_(std::move(filter)), format_(format), output_(output) {}

  Step go_on(ControlAnswer& answer) override {
    walk_.go_on(answer, [&](const Connection& connection) {
      if (over(connection, walk_.now()) || !filter_.matches(connection)) return;
      line_.clear();
      append_line(connection);
      answer.data({line_.data(), line_.size()});
      ++count_;
    });
    if (!walk_.done()) return Step::more;
    answer.end(count_);
    return Step::done;
  }

 private:
  void append_line(const Connection& connection) {
    const Nanoseconds now = walk_.now();
    const auto as = [&](TableFormat format) {
      append_table_line(line_, connection, now, format, output_);
    };
    switch (format_) {
      case ListFormat::conntrack: return as(TableFormat::conntrack);
      case ListFormat::ip_conntrack: return as(TableFormat::ip_conntrack);
      case ListFormat::nf_conntrack: return as(TableFormat::nf_conntrack);
      case ListFormat::tutorial: return as(TableFormat::tutorial);
      case ListFormat::json: return append_connection_json(line_, kLiveFile, connection, now);
    }
  }

  TableWalk walk_;
  const ConnectionFilter filter_;
  const ListFormat format_;
  const ConntrackOutput output_;
  Buffer line_;
  std::uint64_t count_ = 0;
};

class DeleteJob final : public ControlJob {
 public:
  DeleteJob(Engine& engine, ConnectionFilter filter)
      : engine_(engine), walk_(engine), filter_(std::move(filter)) {}

  Step go_on(ControlAnswer& answer) override {
    walk_.go_on(answer, [&](const Connection& connection) {
      if (!filter_.matches(connection)) return;
      count_ += engine_.operator_tracker().erase(connection.id);
    });
    if (!walk_.done()) return Step::more;
    answer.end(count_);
    return Step::done;
  }

 private:
  Engine& engine_;
  TableWalk walk_;
  const ConnectionFilter filter_;
  std::uint64_t count_ = 0;
};

std::uint64_t packets_of(const Connection& connection) {
  return connection.original_count.packets + connection.reply_count.packets;
}
std::uint64_t bytes_of(const Connection& connection) {
  return connection.original_count.bytes + connection.reply_count.bytes;
}
/// The older, the greater.
std::uint64_t age_of(const Connection& connection) { return ~connection.id.number; }

using Measure = std::uint64_t (*)(const Connection&);
constexpr Choice<Measure> kMeasures[] = {
    {"bytes", bytes_of}, {"packets", packets_of}, {"age", age_of}};

void append_end(Buffer& out, const Tuple& tuple, const Address& address, std::uint16_t port) {
  const bool has_port = protocol::has_ports(tuple.protocol);
  const bool in_brackets = has_port && tuple.family == Family::ipv6;
  if (in_brackets) out.push_back('[');
  append_address(out, address, tuple.family);
  if (in_brackets) out.push_back(']');
  if (has_port) append(out, ":{}", port);
}

void append_protocol(Buffer& out, const Tuple& tuple) {
  const std::string_view name = protocol_name(tuple.protocol);
  append(out, name);
  if (name.empty()) append_number(out, tuple.protocol);
  if (tuple.protocol == protocol::icmp || tuple.protocol == protocol::icmpv6) {
    append(out, ":{}/{}:{}", tuple.icmp_type, tuple.icmp_code, tuple.icmp_id);
  }
}

std::string_view state_of(const Connection& connection) {
  if (connection.original.protocol == protocol::tcp) return name(connection.tcp_state);
  if (connection.original.protocol == protocol::sctp) return name(connection.sctp_state);
  if (!(connection.status & status::seen_reply)) return "UNREPLIED";
  return connection.status & status::assured ? "ASSURED" : "SEEN_REPLY";
}

/// Number, packets, bytes, seconds left, protocol, state, and the two ends, with tabs between them.
void append_top_line(Buffer& out, const Connection& connection, Nanoseconds now) {
  const Tuple& tuple = connection.original;
  append(out, "{}\t{}\t{}\t{}\t", connection.id.number, packets_of(connection),
         bytes_of(connection), seconds_left(connection, now));
  append_protocol(out, tuple);
  append(out, "\t{}\t", state_of(connection));
  append_end(out, tuple, tuple.source, tuple.source_port);
  append(out, "\t");
  append_end(out, tuple, tuple.destination, tuple.destination_port);
}

/// Of two that are equal the older comes first.
struct Greater {
  Measure measure;
  bool operator()(const Connection& a, const Connection& b) const {
    const std::uint64_t of_a = measure(a), of_b = measure(b);
    return of_a != of_b ? of_a > of_b : a.id.number < b.id.number;
  }
};

/// Keeps the greatest while it walks, in a heap whose front is the least of them.
class TopJob final : public ControlJob {
 public:
  TopJob(Engine& engine, ConnectionFilter filter, Measure measure, std::size_t most)
      : walk_(engine), filter_(std::move(filter)), greater_{measure}, most_(most) {}

  Step go_on(ControlAnswer& answer) override {
    walk_.go_on(answer, [&](const Connection& connection) { take(connection); });
    if (!walk_.done()) return Step::more;
    std::ranges::sort_heap(kept_, greater_);
    Buffer line;
    for (const Connection& connection : kept_) {
      line.clear();
      append_top_line(line, connection, walk_.now());
      answer.data({line.data(), line.size()});
    }
    answer.end(matched_);
    return Step::done;
  }

 private:
  void take(const Connection& connection) {
    if (over(connection, walk_.now()) || !filter_.matches(connection)) return;
    ++matched_;
    if (kept_.size() == most_) {
      if (!greater_(connection, kept_.front())) return;
      std::ranges::pop_heap(kept_, greater_);
      kept_.pop_back();
    }
    kept_.push_back(connection);
    std::ranges::push_heap(kept_, greater_);
  }

  TableWalk walk_;
  const ConnectionFilter filter_;
  const Greater greater_;
  const std::size_t most_;
  std::vector<Connection> kept_;
  std::uint64_t matched_ = 0;
};

constexpr std::size_t kMostOnTop = 1000;

}  // namespace

MadeJob make_list(const ControlContext& context, const ControlRequest& request) {
  auto filter = filter_of(request);
  if (!filter) return filter.error();
  const auto format = field_of(request, "format", kFormats);
  if (!format) return format.error();
  const auto output = output_of(request);
  if (!output) return output.error();
  return made<ListJob>(context.engine, std::move(*filter), *format, output->output);
}

MadeJob make_top(const ControlContext& context, const ControlRequest& request) {
  auto filter = filter_of(request);
  if (!filter) return filter.error();
  const auto measure = field_of(request, "sort", kMeasures);
  if (!measure) return measure.error();
  const auto most = number_of(request, "limit", 1, kMostOnTop, 100);
  if (!most) return most.error();
  return made<TopJob>(context.engine, std::move(*filter), *measure, *most);
}

MadeJob make_delete(const ControlContext& context, const ControlRequest& request) {
  if (request.fields.empty()) {
    return Error{ErrorKind::usage, "", "say which connections to delete; flush deletes all"};
  }
  auto filter = filter_of(request);
  if (!filter) return filter.error();
  return made<DeleteJob>(context.engine, std::move(*filter));
}

MadeJob make_flush(const ControlContext& context, const ControlRequest&) {
  return made<DeleteJob>(context.engine, ConnectionFilter{});
}

}  // namespace statewall
