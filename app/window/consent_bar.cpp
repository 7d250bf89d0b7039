#include "app/window/consent_bar.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <set>

#include "panels/kit/widgets.h"

namespace app {

using namespace panels::kit;
using workbench::workspace::StartStep;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
}  // namespace

ConsentBar::ConsentBar(const QString& folder, const std::vector<StartStep>& plan, QWidget* parent) : QFrame(parent) {
  setProperty("card", true);
  setAccessibleName(tr("This workspace is new here"));
  int servers = 0, databases = 0;
  QStringList open;
  QString text;
  for (const StartStep& s : plan) {
    servers += s.kind == StartStep::Kind::Listen;
    databases += s.kind == StartStep::Kind::Database;
    if (s.off_loopback) open << q(s.service);
    text += QStringLiteral("%1  %2\n").arg(q(s.service), -14).arg(q(s.what));
  }
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(gap::kL, gap::kM, gap::kL, gap::kM);
  all->setSpacing(gap::kS);
  auto* line = new QHBoxLayout;
  line->setSpacing(gap::kM);
  line->addWidget(new IconLabel(open.isEmpty() ? QStringLiteral("shield") : QStringLiteral("warning"), Token::Warn, 18));
  auto* words = label(tr("%1 was never started here, so nothing of it runs.").arg(folder), Type::Strong);
  words->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  words->setToolTip(folder);
  line->addWidget(words, 1);
  QString would = tr("Start opens %1").arg(plural(servers, tr("server"), tr("servers")));
  if (databases > 0) would += tr(" and runs %1").arg(plural(databases, tr("SQL schema"), tr("SQL schemas")));
  would += open.isEmpty() ? tr(", all on loopback") : tr("; open to the network: %1").arg(open.join(QStringLiteral(", ")));
  line->addWidget(label(would, Type::Body, open.isEmpty() ? Token::Tx2 : Token::Warn));
  details_ = button(tr("What Start does"), QStringLiteral("list"));
  details_->setCheckable(true);
  later_ = button(tr("Not now"));
  start_ = primary_button(tr("Start"), QStringLiteral("play"));
  start_->setAccessibleName(tr("Start the services of this workspace, and do so whenever it is opened"));
  for (QPushButton* b : {details_, later_, start_}) line->addWidget(b);
  all->addLayout(line);
  list_ = label(text.trimmed(), Type::Mono, Token::Tx2);
  list_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  list_->setContentsMargins(18 + gap::kM, 0, 0, gap::kXs);
  list_->hide();
  all->addWidget(list_);
  connect(details_, &QPushButton::toggled, list_, &QWidget::setVisible);
  connect(start_, &QPushButton::clicked, this, &ConsentBar::start_chosen);
  connect(later_, &QPushButton::clicked, this, &ConsentBar::later_chosen);
}

}  // namespace app
