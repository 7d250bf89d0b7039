#include "slipway/data/run_value.h"

namespace slipway::data {

Task<Result<Value>> run_value(Database& database, context::Context context, std::string sql,
                              std::vector<Value> parameters) {
  auto done = co_await database.execute_async(std::move(context), std::move(sql), std::move(parameters));
  if (!done.ok()) co_return done.error();
  if (!done->returned.columns.empty()) co_return done->returned.to_value();
  co_return Value::object({{"changes", Value(done->changes)}, {"last_id", Value(done->last_id)}});
}

}  // namespace slipway::data
