#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "statewall/result.h"
#include "system/descriptor.h"

namespace statewall {

/// A line of the kernel's own log, without its time.
struct KernelLogLine {
  std::uint8_t level = 4;
  std::string text;
};

/// Reads one record of /dev/kmsg: "4,1234,56789,-;FWD: IN=lan ...\n KEY=value\n". Nothing if it is
/// no line of the kernel's own.
std::optional<KernelLogLine> read_kernel_log_record(std::string_view record);

/// What the rules of a network namespace write to the kernel's log (LOG), which is one for the
/// whole machine. While an `Ear` listens, other processes that use one as well wait: whose lines
/// they are could not be told otherwise. And while it listens, the rules of other namespaces than
/// the first are heard at all (`nf_log_all_netns`); how that was set before is put back at the end.
class KernelLog {
 public:
  /// REQUIRES: the calling thread is in the namespace that the machine began with.
  static Result<KernelLog> open();
  KernelLog(KernelLog&& other) noexcept
      : records_(std::move(other.records_)),
        switch_(std::move(other.switch_)),
        switched_(std::exchange(other.switched_, false)) {}
  KernelLog& operator=(KernelLog&& other) noexcept {
    std::swap(records_, other.records_);
    std::swap(switch_, other.switch_);
    std::swap(switched_, other.switched_);
    return *this;
  }
  ~KernelLog();

  class Ear {
   public:
    explicit Ear(KernelLog& log) : log_(log) {}
    Ear(const Ear&) = delete;
    Ear& operator=(const Ear&) = delete;
    ~Ear();

    /// From here on.
    std::optional<Error> begin();

    /// The lines since, of LOG and of nothing else.
    Result<std::vector<KernelLogLine>> hear();

   private:
    KernelLog& log_;
    bool holds_ = false;
  };

 private:
  KernelLog(Descriptor records, Descriptor all_namespaces)
      : records_(std::move(records)), switch_(std::move(all_namespaces)) {}
  std::optional<Error> switch_on();

  Descriptor records_;
  Descriptor switch_;
  bool switched_ = false;  ///< by us
};

}  // namespace statewall
