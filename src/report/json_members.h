#pragma once

#include <cstdint>
#include <string_view>

#include "report/buffer.h"
#include "statewall/connection.h"
#include "statewall/packet.h"
#include "statewall/time.h"

// What the lines of JSON have in common. Each member but the first comes with a comma before it.

namespace statewall {

/// `"v"` of every line. It rises only when a field goes or changes its meaning.
inline constexpr int kJsonVersion = 1;

/// {"v":1,"type":"packet"
void append_json_begin(Buffer& out, std::string_view type);

/// The same of a line about a capture: ,"file":"ping.pcap"
void append_json_begin(Buffer& out, std::string_view type, std::string_view file);

/// A time as a decimal string with nine digits after the point: ,"ts":"1795382046.134072000"
void append_json_time(Buffer& out, std::string_view key, Nanoseconds time);

/// REQUIRES: `text` needs no escape.
void append_json_member(Buffer& out, std::string_view key, std::string_view text);
void append_json_number(Buffer& out, std::string_view key, std::uint64_t number);
void append_json_flag(Buffer& out, std::string_view key, bool value);
void append_json_null(Buffer& out, std::string_view key);

/// ,"proto":"icmp","protonum":1
void append_json_protocol(Buffer& out, std::uint8_t number);

void append_json_address(Buffer& out, std::string_view key, const Address& address, Family family);

/// ,"orig":{"src":...,"dst":...,"icmp":{...}}: one direction of a connection.
void append_json_tuple(Buffer& out, std::string_view key, const Tuple& tuple);

/// The same without its end, for whoever adds members.
void append_json_open_tuple(Buffer& out, std::string_view key, const Tuple& tuple);

}  // namespace statewall
