#include "workbench/simulate/service_time.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <vector>

namespace workbench::simulate {

using slipway::Result;

namespace {

bool parse_numbers(std::string_view text, std::vector<double>& out) {
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto part = text.substr(0, comma);
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size()) return false;
    out.push_back(value);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

Result<ServiceTime> ServiceTime::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return slipway::bad_request(
        fmt::format("service time \"{}\": {} (use exp, deterministic, lognormal:CV, bimodal:SHARE,FACTOR)", text, why),
        "BAD_SERVICE_TIME");
  };
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  std::vector<double> numbers;
  if (colon != std::string_view::npos && !parse_numbers(text.substr(colon + 1), numbers))
    return bad("the part after \":\" is not a list of numbers");
  ServiceTime out;
  std::size_t takes = 0;
  if (name == "exp" || name == "exponential") {
    out.shape_ = Shape::Exponential;
  } else if (name == "deterministic") {
    out.shape_ = Shape::Deterministic;
  } else if (name == "lognormal") {
    takes = 1;
    out.shape_ = Shape::Lognormal;
    if (!numbers.empty()) out.cv_ = numbers[0];
    if (!(out.cv_ > 0 && out.cv_ <= 100)) return bad("CV must be above 0 and at most 100");
    out.sigma_ = std::sqrt(std::log1p(out.cv_ * out.cv_));
    out.mu_ = -out.sigma_ * out.sigma_ / 2;
  } else if (name == "bimodal") {
    takes = 2;
    out.shape_ = Shape::Bimodal;
    if (!numbers.empty()) out.share_ = numbers[0];
    if (numbers.size() > 1) out.factor_ = numbers[1];
    if (!(out.share_ > 0 && out.share_ < 1)) return bad("SHARE must lie between 0 and 1");
    if (!(out.factor_ > 0 && out.factor_ <= 1e6)) return bad("FACTOR must be above 0 and at most 1000000");
    out.short_ = 1 / (1 - out.share_ + out.share_ * out.factor_);
  } else {
    return bad("unknown shape");
  }
  if (numbers.size() > takes) return bad("too many numbers");
  return out;
}

double ServiceTime::draw(slipway::Random& random) const {
  switch (shape_) {
    case Shape::Exponential: return random.exponential(1);
    case Shape::Deterministic: return 1;
    case Shape::Lognormal: return std::exp(random.normal(mu_, sigma_));
    case Shape::Bimodal: return random.uniform() < share_ ? short_ * factor_ : short_;
  }
  return 1;
}

double ServiceTime::cv2() const {
  switch (shape_) {
    case Shape::Exponential: return 1;
    case Shape::Deterministic: return 0;
    case Shape::Lognormal: return cv_ * cv_;
    case Shape::Bimodal: return short_ * short_ * (1 - share_ + share_ * factor_ * factor_) - 1;
  }
  return 1;
}

std::string ServiceTime::to_string() const {
  switch (shape_) {
    case Shape::Exponential: return "exp";
    case Shape::Deterministic: return "deterministic";
    case Shape::Lognormal: return fmt::format("lognormal:{}", cv_);
    case Shape::Bimodal: return fmt::format("bimodal:{},{}", share_, factor_);
  }
  return "exp";
}

}  // namespace workbench::simulate
