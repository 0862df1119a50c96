#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "live/port.h"
#include "live/xdp_program.h"

namespace statewall {

/// What of a network card's work an AF_XDP socket does not see done: each with the option of
/// ethtool(8) that turns it off. For people: "lro and rxvlan are on: ethtool -K lan lro off rxvlan
/// off". Empty if nothing is in the way.
std::string offloads_in_the_way(const std::string& interface);

/// Queues in which an interface receives; 0 if it is not there.
unsigned receive_queues(const std::string& interface);

/// One queue of an interface through AF_XDP, frames copied. It knows nothing of what is left to
/// network cards: checksums must be there, and frames no longer than `kLongest`.
class XdpPort final : public Port {
 public:
  static constexpr std::size_t kLongest = 3500;

  static Result<std::unique_ptr<Port>> open(const std::string& interface, unsigned queue,
                                            std::shared_ptr<XdpProgram> program);
  ~XdpPort() override;

  int descriptor() const override;
  std::size_t receive(std::span<PortFrame> frames) override;
  void release() override;
  void send(const PortFrame& frame) override;
  std::size_t flush() override;
  std::uint64_t take_lost() override;

 private:
  struct Rings;
  explicit XdpPort(std::shared_ptr<XdpProgram> program);
  std::optional<Error> make(const std::string& interface, unsigned queue);
  std::optional<Error> attach(const std::string& what);
  void fill(std::uint64_t address);
  void take_back();

  std::shared_ptr<XdpProgram> program_;  ///< of the interface, for all its queues
  std::unique_ptr<Rings> rings_;
  std::vector<std::uint64_t> taken_;      ///< frames that came and are not given back
  std::vector<std::uint64_t> free_;       ///< frames to send with
  std::vector<std::uint64_t> addresses_;  ///< of frames on their way, beside `lengths_`
  std::vector<std::uint32_t> lengths_;
  std::size_t refused_ = 0;  ///< frames since the last `flush` that found no room
  std::uint64_t lost_ = 0;   ///< as the kernel counted them last
};

}  // namespace statewall
