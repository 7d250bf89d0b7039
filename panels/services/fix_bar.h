// FixBar: why a server did not start, and the way out, in the row under it.
#pragma once

#include <QWidget>

#include "panels/kit/session.h"

namespace panels::services {

// "Port 8106 is taken by python3 (pid 4121). Next free port is 8107."  [Use 8107] [Retry]
class FixBar final : public QWidget {
  Q_OBJECT
 public:
  FixBar(kit::Session* session, const workbench::host::ServiceRow& row, QWidget* parent);
};

}  // namespace panels::services
