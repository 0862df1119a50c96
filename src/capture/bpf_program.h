#pragma once

#include <pcap/pcap.h>

#include <string>

#include "capture/fields.h"
#include "capture/reader.h"
#include "statewall/packet.h"

namespace statewall {

/// What libpcap makes of a filter expression for one link type.
class BpfProgram {
 public:
  enum class Outcome {
    compiled,
    never,   ///< it is right, but no frame of this link type can match
    failed,  ///< `error` tells
  };

  /// `order` is that of the host that captured: BSD loopback frames begin with a number in it.
  BpfProgram(const std::string& expression, LinkType link, ByteOrder order = ByteOrder::little);
  ~BpfProgram();
  BpfProgram(const BpfProgram&) = delete;
  BpfProgram& operator=(const BpfProgram&) = delete;

  Outcome outcome() const { return outcome_; }
  /// In libpcap's words.
  const std::string& error() const { return error_; }
  bool is_syntax_error() const;
  /// libpcap's name for the link type ("RAW"), or empty.
  const std::string& link_name() const { return link_name_; }

  bool matches(const Frame& frame) const;

 private:
  Outcome outcome_ = Outcome::failed;
  std::string error_;
  std::string link_name_;
  bpf_program code_{};
};

}  // namespace statewall
