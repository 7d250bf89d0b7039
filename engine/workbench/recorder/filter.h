// Filter: which traces to show, as people type it. Terms separated by spaces must all hold.
//
//   service=orders      some part was served by it (or by that instance); `instance` is the same
//   name~"quote"        some span's name holds the text; name=... is exactly it
//   dur>5ms             of the whole trace; also >= < <=
//   status=201 status=4xx status!=ok status=error      ok is below 400, error 500 and above
//   trace=ab12          id or its beginning
//   stopped=rate_limit  the step that cut it short; stopped!="" any
//   partial=true
//   quote               a bare word is name~"quote"
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "slipway/base/result.h"

namespace workbench::recorder {

// What a filter asks about a trace; names come by visiting so that nothing is built for traces that do not match.
struct TraceFacts {
  std::string id;
  int status = 0;
  std::int64_t duration_ns = 0;
  bool partial = false;
  std::string_view stopped_by;
  // Calls back with each name until told to stop (returns true); returns whether it was.
  std::function<bool(const std::function<bool(std::string_view)>&)> any_service, any_name;
};

class Filter {
 public:
  // BAD_REQUEST / FILTER_INVALID: "column 9: ..." with a hint.
  static slipway::Result<Filter> parse(std::string_view text);
  bool matches(const TraceFacts& facts) const;
  bool empty() const { return terms_.empty(); }
  // Some term asks for the names of services or spans.
  bool by_names() const { return !terms_.empty() && (terms_.back().field == Field::Service || terms_.back().field == Field::Name); }

 private:
  enum class Field { Service, Name, Duration, Status, Trace, Stopped, Partial };
  enum class Op { Is, IsNot, Has, HasNot, More, MoreEqual, Less, LessEqual };
  struct Term {
    Field field;
    Op op;
    std::string text;
    std::int64_t low = 0, high = 0;  // ns of a duration; range of a status
  };
  static bool holds(const Term& term, const TraceFacts& facts);
  std::vector<Term> terms_;
};

}  // namespace workbench::recorder
