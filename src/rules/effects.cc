#include "rules/effects.h"

#include <algorithm>

namespace statewall::rules {
namespace {

std::uint32_t shifted(std::uint32_t mark, const ConnmarkTarget& target) {
  return target.shift_right ? mark >> target.shift : mark << target.shift;
}

void carry_out(const MarkTarget& target, Subject& subject) {
  subject.mark = (subject.mark & ~target.mask) ^ target.value;
}

void carry_out(const ConnmarkTarget& target, Subject& subject) {
  const Connection* entry = subject.entry();
  if (!entry) return;
  std::uint32_t mark = entry->mark;
  switch (target.what) {
    case ConnmarkTarget::What::set:
      mark = shifted((mark & ~target.ctmask) ^ target.value, target);
      break;
    case ConnmarkTarget::What::save:
      mark = (mark & ~target.ctmask) ^ shifted(subject.mark & target.nfmask, target);
      break;
    case ConnmarkTarget::What::restore:
      subject.mark = (subject.mark & ~target.nfmask) ^ shifted(mark & target.ctmask, target);
      return;
  }
  if (mark == entry->mark) return;
  subject.tracker->set_mark(subject.connection, mark);
  // Even where the packet itself ended the connection, the rules behind see the mark.
  Connection marked = *entry;
  marked.mark = mark;
  subject.remember_entry(marked);
}

/// Zones that hold for one direction only do not exist here. Only the first such target counts; the
/// rules of table raw behind it see UNTRACKED, or for a zone NEW, as a kernel shows them.
bool carry_out(const CtTarget& target, Subject& subject, Lookup* lookup) {
  if (!lookup || subject.state != State::none) return true;
  if (target.notrack) {
    lookup->notrack = true;
    subject.state = State::untracked;
  }
  if (!target.zone_given) return true;
  subject.zone_is_mark = target.zone_from_mark;
  lookup->zone = target.zone_from_mark ? static_cast<Zone>(subject.mark) : target.zone;
  subject.state = State::new_;
  return target.for_original && target.for_reply;
}

void carry_out(const TtlTarget& target, Subject& subject) {
  int ttl = target.value;
  if (target.how == TtlTarget::How::increase) ttl = subject.ttl + target.value;
  if (target.how == TtlTarget::How::decrease) ttl = subject.ttl - target.value;
  subject.ttl = static_cast<std::uint8_t>(std::clamp(ttl, 0, 255));
}

void carry_out(const TosTarget& target, Subject& subject) {
  subject.tos = static_cast<std::uint8_t>((subject.tos & ~target.mask) ^ target.value);
}

void carry_out(const DscpTarget& target, Subject& subject) {
  subject.tos = static_cast<std::uint8_t>((subject.tos & 3) | target.value << 2);
}

}  // namespace

bool apply(const Target& target, Subject& subject, Lookup* lookup) {
  if (const auto* mark = std::get_if<MarkTarget>(&target)) {
    carry_out(*mark, subject);
  } else if (const auto* connmark = std::get_if<ConnmarkTarget>(&target)) {
    carry_out(*connmark, subject);
  } else if (const auto* ct = std::get_if<CtTarget>(&target)) {
    return carry_out(*ct, subject, lookup);
  } else if (const auto* ttl = std::get_if<TtlTarget>(&target)) {
    carry_out(*ttl, subject);
  } else if (const auto* tos = std::get_if<TosTarget>(&target)) {
    carry_out(*tos, subject);
  } else if (const auto* dscp = std::get_if<DscpTarget>(&target)) {
    carry_out(*dscp, subject);
  }
  return true;
}

}  // namespace statewall::rules
