// ServiceTime: how long one job keeps a server busy, in units of the mean (which is always 1).
#pragma once

#include <string>
#include <string_view>

#include "slipway/base/random.h"
#include "slipway/base/result.h"

namespace workbench::simulate {

class ServiceTime {
 public:
  // "exp", "deterministic", "lognormal:CV" (coefficient of variation, default 2), "bimodal:SHARE,FACTOR" (that share of
  // jobs takes FACTOR times as long as the others; default 0.01,50). BAD_REQUEST names the forms.
  static slipway::Result<ServiceTime> parse(std::string_view text);
  ServiceTime() = default;  // exp

  double draw(slipway::Random& random) const;
  double cv2() const;  // squared coefficient of variation
  bool exponential() const { return shape_ == Shape::Exponential; }
  std::string to_string() const;

 private:
  enum class Shape { Exponential, Deterministic, Lognormal, Bimodal };
  Shape shape_ = Shape::Exponential;
  double cv_ = 2;                      // lognormal
  double mu_ = 0, sigma_ = 0;
  double share_ = 0.01, factor_ = 50;  // bimodal
  double short_ = 1;
};

}  // namespace workbench::simulate
