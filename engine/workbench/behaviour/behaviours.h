// The readers of every behaviour kind; the table in behaviours.cpp is their only user.
#pragma once

#include "workbench/behaviour/behaviour.h"

namespace workbench::behaviour {

slipway::Result<BehaviourPtr> read_reply(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_echo(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_delay(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_work(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_fault(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_sql(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_cache(const slipway::Value& step, ReadContext& context);
slipway::Result<BehaviourPtr> read_call(const slipway::Value& step, ReadContext& context);

}  // namespace workbench::behaviour
