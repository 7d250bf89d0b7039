#include "slipway/base/error.h"
