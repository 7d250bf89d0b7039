#include "panels/services/fix_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>

#include "panels/kit/widgets.h"
#include "panels/services/services_actions.h"

namespace panels::services {

using namespace kit;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

FixBar::FixBar(Session* session, const workbench::host::ServiceRow& row, QWidget* parent) : QWidget(parent) {
  const QString port = q(row.address).section(QLatin1Char(':'), -1);
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(96 + size::kRowPadding + gap::kM, 0, gap::kXl, gap::kXs);
  line->setSpacing(gap::kM);
  line->addWidget(new IconLabel(QStringLiteral("corner"), Token::Tx2, 14));
  const bool taken = row.holder_pid > 0;
  auto* cause = label(taken ? tr("Port %1 is taken").arg(port) : tr("It could not start:"), Type::Medium);
  line->addWidget(cause);
  if (taken) {
    line->addWidget(label(tr("by"), Type::Body, Token::Tx2));
    line->addWidget(label(q(row.holder_name), Type::Mono));
    QString rest = tr("(pid %1).").arg(row.holder_pid);
    if (row.next_free_port > 0) rest += QLatin1Char(' ') + tr("Next free port is %1.").arg(row.next_free_port);
    auto* more = label(rest, Type::Body, Token::Tx2);
    more->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    line->addWidget(more, 1);
  } else {
    auto* why = label(q(row.error), Type::Mono, Token::Tx2);
    why->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    why->setToolTip(q(row.error));
    line->addWidget(why, 1);
  }
  const QString instance = q(row.instance), kind = q(row.kind);
  if (row.next_free_port > 0) {
    auto* use = primary_button(tr("Use %1").arg(row.next_free_port));
    use->setAccessibleName(tr("Move %1 to port %2 and start it").arg(instance).arg(row.next_free_port));
    connect(use, &QPushButton::clicked, session, [=, port = row.next_free_port] { use_port(session, instance, kind, port); });
    line->addWidget(use);
  }
  auto* retry = button(tr("Retry"));
  retry->setAccessibleName(tr("Start %1 again").arg(instance));
  connect(retry, &QPushButton::clicked, session, [=] { start(session, instance); });
  line->addWidget(retry);
  auto* copy = icon_button(QStringLiteral("copy"), tr("Copy the error"));
  connect(copy, &QToolButton::clicked, this, [e = q(row.error)] { QApplication::clipboard()->setText(e); });
  line->addWidget(copy);
}

}  // namespace panels::services
