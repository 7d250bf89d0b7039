#include "panels/requests/request_browser.h"

#include <QLineEdit>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include "panels/kit/widgets.h"
#include "panels/requests/request_tree.h"

namespace panels::requests {

using kit::Token;
using kit::Type;

RequestBrowser::RequestBrowser(QWidget* parent) : QWidget(parent) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  filter_ = kit::filter_edit(tr("Filter"), tr("Filter requests"));
  auto* pad = new QVBoxLayout;
  pad->setContentsMargins(8, 8, 8, 4);
  pad->addWidget(filter_);
  column->addLayout(pad);
  model_ = new RequestTree(this);
  tree_ = new QTreeView;
  tree_->setAccessibleName(tr("Saved requests"));
  tree_->setModel(model_);
  tree_->setItemDelegate(new RequestTreeDelegate(tree_));
  tree_->setHeaderHidden(true);
  tree_->setRootIsDecorated(false);
  tree_->setIndentation(0);
  tree_->setUniformRowHeights(true);
  tree_->setFrameShape(QFrame::NoFrame);
  tree_->setMouseTracking(true);
  tree_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  tree_->setExpandsOnDoubleClick(true);
  auto* none = kit::label(tr("Nothing matches the filter."), Type::Body, Token::Tx2);
  none->setAlignment(Qt::AlignCenter);
  none->setWordWrap(true);
  pages_ = new QStackedWidget;
  pages_->addWidget(tree_);
  pages_->addWidget(none);
  column->addWidget(pages_, 1);
  connect(filter_, &QLineEdit::textChanged, this, [this] { show_requests(); });
  connect(tree_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
    const QString id = now.data(RequestTree::kIdRole).toString();
    if (!id.isEmpty() && !quiet_) Q_EMIT opened(id);
  });
  connect(tree_, &QTreeView::clicked, this, [this](const QModelIndex& index) {
    if (!index.parent().isValid()) tree_->setExpanded(index, !tree_->isExpanded(index));
  });
}

void RequestBrowser::set_requests(const std::vector<workbench::traffic::SavedRequest>& requests, const std::set<std::string>& drafts) {
  requests_ = requests;
  drafts_ = drafts;
  show_requests();
}

void RequestBrowser::show_requests() {
  quiet_ = true;
  const QString filter = filter_->text();
  std::set<QString> closed;   // a reset of the model closes everything
  for (int f = 0; f < model_->rowCount(); ++f)
    if (!tree_->isExpanded(model_->index(f, 0))) closed.insert(model_->index(f, 0).data().toString());
  model_->set_requests(requests_, drafts_, filter);
  for (int f = 0; f < model_->rowCount(); ++f) {
    const QModelIndex folder = model_->index(f, 0);
    const QString name = folder.data().toString();
    // Checks are looked at when something is wrong; the rest is what one works with.
    const bool first = seen_.insert(name).second;
    if (!filter.isEmpty() || (first ? !name.startsWith(QLatin1String("check")) : closed.count(name) == 0)) tree_->expand(folder);
  }
  pages_->setCurrentIndex(model_->rowCount() == 0 && !filter.isEmpty() ? 1 : 0);
  quiet_ = false;
  set_current(current_);
}

void RequestBrowser::set_current(const std::string& id) {
  current_ = id;
  const QModelIndex at = model_->index_of(id);
  if (!at.isValid() || tree_->currentIndex() == at) return;
  quiet_ = true;
  tree_->setCurrentIndex(at);
  quiet_ = false;
}

}  // namespace panels::requests
