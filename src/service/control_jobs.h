#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "service/connection_filter.h"
#include "service/control_job.h"

// The jobs, and how each is made of its request: one function a command, whose fields were looked
// through before.

namespace statewall {

using MadeJob = Result<std::unique_ptr<ControlJob>>;

template <typename Job, typename... Arguments>
MadeJob made(Arguments&&... arguments) {
  std::unique_ptr<ControlJob> job = std::make_unique<Job>(std::forward<Arguments>(arguments)...);
  return job;
}

/// `list`: the connections that a filter means, in any form.
MadeJob make_list(const ControlContext& context, const ControlRequest& request);
/// `top`: the greatest of them.
MadeJob make_top(const ControlContext& context, const ControlRequest& request);
/// `delete`: ends those that a filter means, and `flush`: all.
MadeJob make_delete(const ControlContext& context, const ControlRequest& request);
MadeJob make_flush(const ControlContext& context, const ControlRequest& request);

/// `events` and `explain`: what happens from now on.
MadeJob make_events(const ControlContext& context, const ControlRequest& request);
MadeJob make_explain(const ControlContext& context, const ControlRequest& request);

MadeJob make_stats(const ControlContext& context, const ControlRequest& request);

/// What the daemon does.
MadeJob make_reload(const ControlContext& context, const ControlRequest& request);
MadeJob make_save(const ControlContext& context, const ControlRequest& request);
MadeJob make_import(const ControlContext& context, const ControlRequest& request);

}  // namespace statewall
