#include "report/query_summary.h"

#include "report/json_members.h"
#include "report/time_text.h"

namespace statewall {
namespace {

/// Milliseconds with three digits after the point, rounded down as ping does.
void append_milliseconds(Buffer& out, Nanoseconds time) {
  append(out, "{}.{:03}", time / 1'000'000, time / 1000 % 1000);
}

}  // namespace

void append_queries(Buffer& out, const QuerySummary& queries) {
  append(out, "sent={} replied={} lost={} dup={} ooo={}", queries.sent, queries.replied,
         queries.lost(), queries.duplicates, queries.out_of_order);
  if (queries.measured == 0) return;
  append(out, " rtt min/avg/max/mdev = ");
  append_milliseconds(out, queries.least);
  for (const Nanoseconds time : {queries.mean, queries.most, queries.deviation}) {
    append(out, "/");
    append_milliseconds(out, time);
  }
  append(out, " ms");
}

void append_json_queries(Buffer& out, const QuerySummary& queries) {
  append(out, ",\"queries\":{{\"sent\":{}", queries.sent);
  append_json_number(out, "replied", queries.replied);
  append_json_number(out, "lost", queries.lost());
  append_json_number(out, "duplicates", queries.duplicates);
  append_json_number(out, "out_of_order", queries.out_of_order);
  if (queries.measured == 0) {
    append_json_null(out, "rtt");
  } else {
    append(out, ",\"rtt\":{{\"measured\":{}", queries.measured);
    append_json_time(out, "min", queries.least);
    append_json_time(out, "mean", queries.mean);
    append_json_time(out, "max", queries.most);
    append_json_time(out, "deviation", queries.deviation);
    append(out, "}");
  }
  append(out, "}");
}

}  // namespace statewall
