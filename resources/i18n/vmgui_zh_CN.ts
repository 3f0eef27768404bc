<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>vmgui</name>
    <message>
        <source>! the kernel has stopped: step back, undo or reboot</source>
        <translation>! 内核已停止：请后退、撤销或重新启动</translation>
    </message>
    <message>
        <source>! {0} invariants broken: {1}</source>
        <translation>! {0} 条不变式被破坏：{1}</translation>
    </message>
    <message>
        <source>&amp;About vmgui</source>
        <translation>关于 vmgui(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Add</source>
        <translation>添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Add here</source>
        <translation>在此添加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Allocator</source>
        <translation>分配器(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>后退(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Command line</source>
        <translation>命令行(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>继续(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Decode an entry…</source>
        <translation>解读表项(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Default scenario</source>
        <translation>默认场景(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Delete operation</source>
        <translation>删除操作(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Edit operation</source>
        <translation>编辑操作(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Edit…</source>
        <translation>编辑(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Find an action…</source>
        <translation>查找命令(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;First step</source>
        <translation>第一步(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Follow step</source>
        <translation>跟随步骤(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Forward</source>
        <translation>前进(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Hint</source>
        <translation>提示(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Jump</source>
        <translation>跳转(&amp;J)</translation>
    </message>
    <message>
        <source>&amp;Kernel&apos;s source</source>
        <translation>内核源代码(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Last step</source>
        <translation>最后一步(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Leave comparing</source>
        <translation>退出比较(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>日志(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Machine…</source>
        <translation>机器(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>新建(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next change of the selection</source>
        <translation>所选的下一次变化(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next operation</source>
        <translation>下一操作(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>打开(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Play</source>
        <translation>播放(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Present</source>
        <translation>演示(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous change of the selection</source>
        <translation>所选的上一次变化(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Remove</source>
        <translation>移除(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run operation</source>
        <translation>运行操作(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run to this line</source>
        <translation>运行到此行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Statistics over time</source>
        <translation>随时间的统计(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Step</source>
        <translation>单步(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Verified against Linux 6.12</source>
        <translation>与 Linux 6.12 的对照(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Who wrote this?</source>
        <translation>是谁写的？(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Why?</source>
        <translation>为什么？(&amp;W)</translation>
    </message>
    <message>
        <source>0 bits</source>
        <translation>0 位</translation>
    </message>
    <message>
        <source>0 … 511, or click it</source>
        <translation>0 … 511，或者点击它</translation>
    </message>
    <message>
        <source>1 CPU</source>
        <translation>1 个 CPU</translation>
    </message>
    <message>
        <source>1 GiB pages (GBPAGES)</source>
        <translation>1 GiB 页（GBPAGES）</translation>
    </message>
    <message>
        <source>1 area</source>
        <translation>1 个区域</translation>
    </message>
    <message>
        <source>1 block</source>
        <translation>1 个块</translation>
    </message>
    <message>
        <source>1 cell = {cell} · free {free}</source>
        <translation>1 格 = {cell} · 空闲 {free}</translation>
    </message>
    <message>
        <source>1 frame</source>
        <translation>1 个页框</translation>
    </message>
    <message>
        <source>1 leaves them all at the end</source>
        <translation>为 1 时全部留到最后</translation>
    </message>
    <message>
        <source>1 level</source>
        <translation>1 级</translation>
    </message>
    <message>
        <source>1 page</source>
        <translation>1 页</translation>
    </message>
    <message>
        <source>16 entries are a step</source>
        <translation>16 个表项为一步</translation>
    </message>
    <message>
        <source>16M to 16G, a multiple of 4M</source>
        <translation>16M 到 16G，4M 的倍数</translation>
    </message>
    <message>
        <source>2 MiB pages (PSE)</source>
        <translation>2 MiB 页（PSE）</translation>
    </message>
    <message>
        <source>64 entries are a step</source>
        <translation>64 个表项为一步</translation>
    </message>
    <message>
        <source>&lt;b&gt;! BUG in {0}&lt;/b&gt; · {1}</source>
        <translation>&lt;b&gt;! {0} 中的 BUG&lt;/b&gt; · {1}</translation>
    </message>
    <message>
        <source>&lt;b&gt;! Oops in {0}&lt;/b&gt; · {1}</source>
        <translation>&lt;b&gt;! {0} 中的 Oops&lt;/b&gt; · {1}</translation>
    </message>
    <message>
        <source>&lt;b&gt;! Panic in {0}&lt;/b&gt; · {1}</source>
        <translation>&lt;b&gt;! {0} 中的 panic&lt;/b&gt; · {1}</translation>
    </message>
    <message>
        <source>&lt;b&gt;! Warning in {0}&lt;/b&gt; · {1}</source>
        <translation>&lt;b&gt;! {0} 中的警告&lt;/b&gt; · {1}</translation>
    </message>
    <message>
        <source>&lt;b&gt;Huge page installed:&lt;/b&gt; every check passed</source>
        <translation>&lt;b&gt;已建立大页：&lt;/b&gt;所有检查均通过</translation>
    </message>
    <message>
        <source>&lt;b&gt;Huge page refused:&lt;/b&gt; {0}</source>
        <translation>&lt;b&gt;大页被拒：&lt;/b&gt;{0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;Not asked: small-page path.&lt;/b&gt; {0}</source>
        <translation>&lt;b&gt;未询问：走小页路径。&lt;/b&gt;{0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;{1} failed:&lt;/b&gt; {2} {0}</source>
        <translation>&lt;b&gt;{1} 失败：&lt;/b&gt;{2} {0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;{1} returned {2}&lt;/b&gt; {0}</source>
        <translation>&lt;b&gt;{1} 返回 {2}&lt;/b&gt; {0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;{1} stops the kernel:&lt;/b&gt; it never returns. {0}</source>
        <translation>&lt;b&gt;{1} 使内核停止：&lt;/b&gt;它不再返回。{0}</translation>
    </message>
    <message>
        <source>&lt;b&gt;{1}&lt;/b&gt; is running</source>
        <translation>&lt;b&gt;{1}&lt;/b&gt; 正在运行</translation>
    </message>
    <message>
        <source>A fenced, empty part of the vmalloc range that programs call W: start end</source>
        <translation>vmalloc 范围中一段隔离的空闲区，程序称之为 W：起始 结束</translation>
    </message>
    <message>
        <source>A function is entered</source>
        <translation>进入某个函数</translation>
    </message>
    <message>
        <source>A guard page is hit</source>
        <translation>访问到保护页</translation>
    </message>
    <message>
        <source>A hint for the question that is open; after the last one the answer</source>
        <translation>给未答的问题一个提示；最后一个提示之后给出答案</translation>
    </message>
    <message>
        <source>A huge page is installed</source>
        <translation>建立了大页</translation>
    </message>
    <message>
        <source>A huge page is refused</source>
        <translation>大页被拒</translation>
    </message>
    <message>
        <source>A is {0}. Go to another step and compare</source>
        <translation>A 是{0}。请转到另一步再比较</translation>
    </message>
    <message>
        <source>A leaf of {0} stands for {1} pages of {2}.</source>
        <translation>一个 {0} 的叶子相当于 {1} 个 {2} 的页。</translation>
    </message>
    <message>
        <source>A lesson beside the stage: predict, then see</source>
        <translation>舞台旁的课程：先预测，再看结果</translation>
    </message>
    <message>
        <source>A line of the engine is run</source>
        <translation>执行到引擎的某一行</translation>
    </message>
    <message>
        <source>A loop stops after 16 entries</source>
        <translation>循环每写 16 个表项停一次</translation>
    </message>
    <message>
        <source>A loop stops after 64 entries</source>
        <translation>循环每写 64 个表项停一次</translation>
    </message>
    <message>
        <source>A loop stops at a table&apos;s end</source>
        <translation>循环在一张页表结束时停下</translation>
    </message>
    <message>
        <source>A page table is allocated</source>
        <translation>分配了页表</translation>
    </message>
    <message>
        <source>A page table is freed</source>
        <translation>一个页表被释放</translation>
    </message>
    <message>
        <source>A purge begins</source>
        <translation>清理开始</translation>
    </message>
    <message>
        <source>A question about this step, answered by the engine</source>
        <translation>关于这一步的问题，由引擎给出答案</translation>
    </message>
    <message>
        <source>A range of addresses is found</source>
        <translation>找到一段地址</translation>
    </message>
    <message>
        <source>A step is</source>
        <translation>一步为</translation>
    </message>
    <message>
        <source>A step is a call</source>
        <translation>一步是一次调用</translation>
    </message>
    <message>
        <source>A step is a line</source>
        <translation>一步是一行</translation>
    </message>
    <message>
        <source>A step is a write</source>
        <translation>一步是一次写入</translation>
    </message>
    <message>
        <source>A step is an operation</source>
        <translation>一步是一个操作</translation>
    </message>
    <message>
        <source>A text field, tree or table with focus keeps its own arrows. F10 opens the menu.</source>
        <translation>获得焦点的文本框、树或表格保留自己的方向键。F10 打开菜单。</translation>
    </message>
    <message>
        <source>A whole table is a step</source>
        <translation>整张页表为一步</translation>
    </message>
    <message>
        <source>Show the notes of a lecture in a window of their own, even on one screen</source>
        <translation>用单独的窗口显示讲授备注，即使只有一个屏幕</translation>
    </message>
    <message>
        <source>A {0} table has {1} entries, from 0 to {2}.</source>
        <translation>一个 {0} 表有 {1} 个表项，从 0 到 {2}。</translation>
    </message>
    <message>
        <source>About this step</source>
        <translation>问这一步</translation>
    </message>
    <message>
        <source>About vmgui</source>
        <translation>关于 vmgui</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Addr</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Address &amp;map</source>
        <translation>地址图(&amp;M)</translation>
    </message>
    <message>
        <source>Address bits</source>
        <translation>地址位数</translation>
    </message>
    <message>
        <source>Address map</source>
        <translation>地址图</translation>
    </message>
    <message>
        <source>Address map: areas of the vmalloc range</source>
        <translation>地址图：vmalloc 范围内的区域</translation>
    </message>
    <message>
        <source>Address or range</source>
        <translation>地址或范围</translation>
    </message>
    <message>
        <source>Address, constant, or the name of an object:</source>
        <translation>地址、常量或对象名：</translation>
    </message>
    <message>
        <source>Align</source>
        <translation>对齐</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>All checks for a {0} leaf passed.</source>
        <translation>{0} 叶子的所有检查都通过了。</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>All keys at a glance</source>
        <translation>所有快捷键一览</translation>
    </message>
    <message>
        <source>All lessons, and what is done of them</source>
        <translation>所有课程，以及完成了多少</translation>
    </message>
    <message>
        <source>All marked steps</source>
        <translation>所有已标记的步骤</translation>
    </message>
    <message>
        <source>Allocate and free at random, from a seed.</source>
        <translation>按种子随机分配和释放。</translation>
    </message>
    <message>
        <source>Allocate memory below 4 GiB.</source>
        <translation>分配 4 GiB 以下的内存。</translation>
    </message>
    <message>
        <source>Allocate memory inside a given address range.</source>
        <translation>在给定的地址范围内分配内存。</translation>
    </message>
    <message>
        <source>Allocate memory on a memory node.</source>
        <translation>在某个内存节点上分配内存。</translation>
    </message>
    <message>
        <source>Allocate memory, in huge pages where it is large enough.</source>
        <translation>分配内存，足够大时使用大页。</translation>
    </message>
    <message>
        <source>Allocate pages, to be mapped later.</source>
        <translation>分配页，供以后映射。</translation>
    </message>
    <message>
        <source>Allocate per-CPU memory n times.</source>
        <translation>分配 n 次 per-CPU 内存。</translation>
    </message>
    <message>
        <source>Allocate virtually contiguous memory, page by page.</source>
        <translation>逐页分配虚拟地址连续的内存。</translation>
    </message>
    <message>
        <source>Allocate zeroed memory below 4 GiB that may be mapped to user space.</source>
        <translation>分配 4 GiB 以下、可映射到用户空间的清零内存。</translation>
    </message>
    <message>
        <source>Allocate zeroed memory on a memory node.</source>
        <translation>在某个内存节点上分配清零的内存。</translation>
    </message>
    <message>
        <source>Allocate zeroed memory that may be mapped to user space.</source>
        <translation>分配可映射到用户空间的清零内存。</translation>
    </message>
    <message>
        <source>Allocate zeroed memory.</source>
        <translation>分配清零的内存。</translation>
    </message>
    <message>
        <source>Allocator</source>
        <translation>分配器</translation>
    </message>
    <message>
        <source>Allowed: {0}.</source>
        <translation>允许：{0}。</translation>
    </message>
    <message>
        <source>Also into the page allocator, kmalloc and log</source>
        <translation>也进入页分配器、kmalloc 和日志</translation>
    </message>
    <message>
        <source>An address is written</source>
        <translation>写入某个地址</translation>
    </message>
    <message>
        <source>An empty program on the same machine</source>
        <translation>同一台机器上的空程序</translation>
    </message>
    <message>
        <source>An index is only one field of the address. {0}</source>
        <translation>下标只是地址中的一个字段。{0}</translation>
    </message>
    <message>
        <source>An operation fails</source>
        <translation>某个操作失败</translation>
    </message>
    <message>
        <source>Animator</source>
        <translation>动画</translation>
    </message>
    <message>
        <source>Another question</source>
        <translation>另一个问题</translation>
    </message>
    <message>
        <source>Answer the question first: then the next page opens</source>
        <translation>先回答问题，然后才打开下一页</translation>
    </message>
    <message>
        <source>Answer the question first: then the next step is shown</source>
        <translation>先回答问题，然后才显示下一步</translation>
    </message>
    <message>
        <source>Any page-table entry, selected or typed, as named bits</source>
        <translation>把所选或输入的任意页表项显示为命名的位</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Architecture</source>
        <translation>体系结构</translation>
    </message>
    <message>
        <source>Archive of the kernel&apos;s source</source>
        <translation>内核源代码的归档文件</translation>
    </message>
    <message>
        <source>Archives</source>
        <translation>归档文件</translation>
    </message>
    <message>
        <source>Areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Areas at the end</source>
        <translation>结束时的区域</translation>
    </message>
    <message>
        <source>Areas that waited are given back</source>
        <translation>归还等待中的区域</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>As&amp;k me about this step</source>
        <translation>就这一步考考我(&amp;K)</translation>
    </message>
    <message>
        <source>Ask me about this step</source>
        <translation>就这一步考考我</translation>
    </message>
    <message>
        <source>Ask whether an address is in the vmalloc range.</source>
        <translation>询问某个地址是否在 vmalloc 范围内。</translation>
    </message>
    <message>
        <source>The question is about the {0} level: read bits {1} to {2} of {3}.</source>
        <translation>问的是 {0} 级：请读 {3} 的第 {1} 至 {2} 位。</translation>
    </message>
    <message>
        <source>At</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>At most {0} operations.</source>
        <translation>最多 {0} 个操作。</translation>
    </message>
    <message>
        <source>At which level is {0} going to be mapped: what are its largest leaves?</source>
        <translation>{0} 会在哪一级映射：它最大的叶子是什么？</translation>
    </message>
    <message>
        <source>B</source>
        <translation>黑</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Back to the page before</source>
        <translation>回到上一页</translation>
    </message>
    <message>
        <source>Beat</source>
        <translation>要点</translation>
    </message>
    <message>
        <source>Begin it again with other values</source>
        <translation>重新开始：抽取另一组数值</translation>
    </message>
    <message>
        <source>Begin or end to read what others may free: no grace period ends meanwhile.</source>
        <translation>开始或结束读取他人可能释放的内容：期间宽限期不会结束。</translation>
    </message>
    <message>
        <source>Begin or end to use an object that lies in memory.</source>
        <translation>开始或结束使用内存中的一个对象。</translation>
    </message>
    <message>
        <source>Begins the random numbers of the machine</source>
        <translation>机器随机数的种子</translation>
    </message>
    <message>
        <source>Bits</source>
        <translation>位</translation>
    </message>
    <message>
        <source>Bits {0} to {1} of {2} are {3}, which is {4}.</source>
        <translation>{2} 的第 {0} 至 {1} 位是 {3}，即 {4}。</translation>
    </message>
    <message>
        <source>Blank the screen</source>
        <translation>黑屏</translation>
    </message>
    <message>
        <source>Blocks</source>
        <translation>块</translation>
    </message>
    <message>
        <source>Book&amp;marks…</source>
        <translation>书签(&amp;M)…</translation>
    </message>
    <message>
        <source>Bookmark at step {0}</source>
        <translation>第 {0} 步的书签</translation>
    </message>
    <message>
        <source>Bookmark this &amp;step…</source>
        <translation>给此步加书签(&amp;S)…</translation>
    </message>
    <message>
        <source>Bookmark this step…</source>
        <translation>给此步加书签…</translation>
    </message>
    <message>
        <source>Bookmarks</source>
        <translation>书签</translation>
    </message>
    <message>
        <source>Boot</source>
        <translation>启动</translation>
    </message>
    <message>
        <source>Boot parameter: ioremap uses small pages only</source>
        <translation>启动参数：ioremap 只用小页</translation>
    </message>
    <message>
        <source>Boot parameter: vmalloc uses small pages only</source>
        <translation>启动参数：vmalloc 只用小页</translation>
    </message>
    <message>
        <source>Boot parameters</source>
        <translation>启动参数</translation>
    </message>
    <message>
        <source>Boot this machine anew, with an empty program</source>
        <translation>用空程序重新启动这台机器</translation>
    </message>
    <message>
        <source>Boot without huge pages in ioremap; reboots</source>
        <translation>启动时禁止 ioremap 使用大页；会重新启动</translation>
    </message>
    <message>
        <source>Boot without huge pages in vmalloc</source>
        <translation>启动时禁止 vmalloc 使用大页</translation>
    </message>
    <message>
        <source>Br&amp;eakpoints…</source>
        <translation>断点(&amp;E)…</translation>
    </message>
    <message>
        <source>Breakpoint on this &amp;line</source>
        <translation>在此行设断点(&amp;L)</translation>
    </message>
    <message>
        <source>Breakpoints</source>
        <translation>断点</translation>
    </message>
    <message>
        <source>Bring what a step touches into view</source>
        <translation>让步骤涉及的内容保持可见</translation>
    </message>
    <message>
        <source>Buddy</source>
        <translation>伙伴</translation>
    </message>
    <message>
        <source>Build it</source>
        <translation>动手构造</translation>
    </message>
    <message>
        <source>Byte</source>
        <translation>字节</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>字节数</translation>
    </message>
    <message>
        <source>C&amp;ourse</source>
        <translation>课程(&amp;O)</translation>
    </message>
    <message>
        <source>CPU lacks it</source>
        <translation>CPU 不支持</translation>
    </message>
    <message>
        <source>CPU that does it; the current one</source>
        <translation>执行它的 CPU；默认为当前 CPU</translation>
    </message>
    <message>
        <source>CPU {0}</source>
        <translation>CPU {0}</translation>
    </message>
    <message>
        <source>CPU {0} is not online: there are {1}</source>
        <translation>CPU {0} 不在线：共有 {1} 个</translation>
    </message>
    <message>
        <source>CPUs / nodes</source>
        <translation>CPU / 节点</translation>
    </message>
    <message>
        <source>CPUs that may ever come; vmap nodes and per-CPU memory are made for these</source>
        <translation>将来可能出现的 CPU；vmap 节点和 per-CPU 内存按此数建立</translation>
    </message>
    <message>
        <source>CPUs that run; the limit of lazily freed pages grows with their number</source>
        <translation>正在运行的 CPU；惰性释放页数的上限随其数目增大</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Call stack</source>
        <translation>调用栈</translation>
    </message>
    <message>
        <source>Call stack, outermost first</source>
        <translation>调用栈，最外层在前</translation>
    </message>
    <message>
        <source>Call vfree with any address.</source>
        <translation>用任意地址调用 vfree。</translation>
    </message>
    <message>
        <source>Call vfree with bottom halves off: each is deferred.</source>
        <translation>在关闭下半部时调用 vfree：每次都会推迟。</translation>
    </message>
    <message>
        <source>Call vfree_atomic: each is deferred.</source>
        <translation>调用 vfree_atomic：每次都会推迟。</translation>
    </message>
    <message>
        <source>Call vunmap with any address.</source>
        <translation>用任意地址调用 vunmap。</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>调用者</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>用例</translation>
    </message>
    <message>
        <source>Change between the dark and the light theme</source>
        <translation>在深色与浅色主题之间切换</translation>
    </message>
    <message>
        <source>Change one thing and predict again:</source>
        <translation>只改一处，再预测一次：</translation>
    </message>
    <message>
        <source>Change operation {0}</source>
        <translation>更改操作 {0}</translation>
    </message>
    <message>
        <source>Change the line of the operation selected in History; what follows runs again</source>
        <translation>更改历史中所选操作的命令行；其后的操作会重新运行</translation>
    </message>
    <message>
        <source>Change the operation selected in History in its form</source>
        <translation>在表单中更改历史中所选的操作</translation>
    </message>
    <message>
        <source>Change the protection of mapped pages.</source>
        <translation>更改已映射页的保护属性。</translation>
    </message>
    <message>
        <source>Change the size of an allocation; it may move.</source>
        <translation>更改一次分配的大小；它可能会移动。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Checks, in the order of the text</source>
        <translation>检查，按源代码中的顺序</translation>
    </message>
    <message>
        <source>Child</source>
        <translation>子节点</translation>
    </message>
    <message>
        <source>Choose &amp;archive…</source>
        <translation>选择归档文件(&amp;A)…</translation>
    </message>
    <message>
        <source>Choose &amp;folder…</source>
        <translation>选择文件夹(&amp;F)…</translation>
    </message>
    <message>
        <source>Choose a row: J and K move, N and P go to differences</source>
        <translation>请选择一行：J 和 K 移动，N 和 P 转到差异</translation>
    </message>
    <message>
        <source>Choose events that playing stops at</source>
        <translation>选择播放时要停下的事件</translation>
    </message>
    <message>
        <source>Choose the memory nodes of the task: that of its CPU, or all in turn.</source>
        <translation>选择任务的内存节点：其 CPU 所在节点，或依次使用所有节点。</translation>
    </message>
    <message>
        <source>Choose the range that snapshots show.</source>
        <translation>选择快照显示的范围。</translation>
    </message>
    <message>
        <source>Clear selection</source>
        <translation>清除选择</translation>
    </message>
    <message>
        <source>Clear the page-table entries of a range and flush it.</source>
        <translation>清除一个范围的页表项并刷新 TLB。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the row</source>
        <translation>折起该行</translation>
    </message>
    <message>
        <source>Close the row; in the tree, to the area before by address</source>
        <translation>折起该行；在树中，转到地址上的前一个区域</translation>
    </message>
    <message>
        <source>Close this notice</source>
        <translation>关闭此通知</translation>
    </message>
    <message>
        <source>Close vmgui</source>
        <translation>关闭 vmgui</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Command line: an operation</source>
        <translation>命令行：一个操作</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>紧凑</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Compare &amp;with A</source>
        <translation>与 A 比较(&amp;W)</translation>
    </message>
    <message>
        <source>Compare the engine with a real kernel</source>
        <translation>把引擎与真实内核比较</translation>
    </message>
    <message>
        <source>Compare two &amp;machines…</source>
        <translation>比较两台机器(&amp;M)…</translation>
    </message>
    <message>
        <source>Compared</source>
        <translation>对照</translation>
    </message>
    <message>
        <source>Continue &amp;backwards</source>
        <translation>反向继续(&amp;B)</translation>
    </message>
    <message>
        <source>Continue bac&amp;kwards</source>
        <translation>反向继续(&amp;K)</translation>
    </message>
    <message>
        <source>Cop&amp;y link to this step</source>
        <translation>复制此步的链接(&amp;Y)</translation>
    </message>
    <message>
        <source>Copied: {0}</source>
        <translation>已复制：{0}</translation>
    </message>
    <message>
        <source>Copied: {0} (save the program, the link opens what is in the file)</source>
        <translation>已复制：{0}（请保存程序，链接打开的是文件中的内容）</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy &amp;command</source>
        <translation>复制命令(&amp;C)</translation>
    </message>
    <message>
        <source>Copy address</source>
        <translation>复制地址</translation>
    </message>
    <message>
        <source>Copy all fields as text</source>
        <translation>把所有字段复制为文本</translation>
    </message>
    <message>
        <source>Copy all of this as text</source>
        <translation>把全部内容复制为文本</translation>
    </message>
    <message>
        <source>Copy as C constant</source>
        <translation>复制为 C 常量</translation>
    </message>
    <message>
        <source>Copy line</source>
        <translation>复制此行</translation>
    </message>
    <message>
        <source>Copy link to this step</source>
        <translation>复制此步的链接</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Copy the command that opens vmgui at this step</source>
        <translation>复制在此步打开 vmgui 的命令</translation>
    </message>
    <message>
        <source>Correct.</source>
        <translation>正确。</translation>
    </message>
    <message>
        <source>Cpu</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Dark or &amp;light</source>
        <translation>深色或浅色(&amp;L)</translation>
    </message>
    <message>
        <source>Dark or light</source>
        <translation>深色或浅色</translation>
    </message>
    <message>
        <source>Debug services</source>
        <translation>调试服务</translation>
    </message>
    <message>
        <source>Decides on ranges, entry bits and huge pages</source>
        <translation>决定地址范围、表项位和大页</translation>
    </message>
    <message>
        <source>Decode this entry</source>
        <translation>解读此表项</translation>
    </message>
    <message>
        <source>Deferred frees</source>
        <translation>推迟的释放</translation>
    </message>
    <message>
        <source>Deleted: {0}</source>
        <translation>已删除：{0}</translation>
    </message>
    <message>
        <source>Detail</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Differs in</source>
        <translation>不同之处</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>动作</translation>
    </message>
    <message>
        <source>Each entry is a step of its own</source>
        <translation>每个表项单独为一步</translation>
    </message>
    <message>
        <source>Edit in the &amp;form</source>
        <translation>在表单中编辑(&amp;F)</translation>
    </message>
    <message>
        <source>Empty the pools, as under memory pressure.</source>
        <translation>清空各个池，如同内存紧张时。</translation>
    </message>
    <message>
        <source>End</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>End the lecture</source>
        <translation>结束讲授</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>引擎</translation>
    </message>
    <message>
        <source>Engine replay</source>
        <translation>引擎重放</translation>
    </message>
    <message>
        <source>Enter continue · H hint · A–D choose · Space play · → step</source>
        <translation>Enter 继续 · H 提示 · A–D 选择 · Space 播放 · → 单步</translation>
    </message>
    <message>
        <source>Enter: to this beat</source>
        <translation>Enter：转到此要点</translation>
    </message>
    <message>
        <source>Entries are cleared</source>
        <translation>清除表项</translation>
    </message>
    <message>
        <source>Entries of small pages are written</source>
        <translation>写入小页的表项</translation>
    </message>
    <message>
        <source>Entry</source>
        <translation>表项</translation>
    </message>
    <message>
        <source>Entry decoder</source>
        <translation>表项解读</translation>
    </message>
    <message>
        <source>Entry, in hexadecimal</source>
        <translation>表项，十六进制</translation>
    </message>
    <message>
        <source>Event</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Every entry is a step</source>
        <translation>每个表项为一步</translation>
    </message>
    <message>
        <source>Explore</source>
        <translation>探索</translation>
    </message>
    <message>
        <source>F&amp;ork here</source>
        <translation>从此处分叉(&amp;O)</translation>
    </message>
    <message>
        <source>F&amp;ull screen</source>
        <translation>全屏(&amp;U)</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>加快</translation>
    </message>
    <message>
        <source>Fault address: {0}</source>
        <translation>缺页地址：{0}</translation>
    </message>
    <message>
        <source>Fields of the entry</source>
        <translation>表项的字段</translation>
    </message>
    <message>
        <source>Figure {0}. {1}</source>
        <translation>图 {0}. {1}</translation>
    </message>
    <message>
        <source>File and line</source>
        <translation>文件和行</translation>
    </message>
    <message>
        <source>Find in this page</source>
        <translation>在此页中查找</translation>
    </message>
    <message>
        <source>Find the area that holds an address.</source>
        <translation>查找包含某地址的区域。</translation>
    </message>
    <message>
        <source>Find the page behind an address.</source>
        <translation>查找某地址背后的页。</translation>
    </message>
    <message>
        <source>Finds accesses outside of allocations: generic by a shadow byte for 8 bytes, hw_tags by tags of memory on arm64</source>
        <translation>发现分配范围之外的访问：generic 每 8 字节用一个影子字节，hw_tags 用 arm64 的内存标签</translation>
    </message>
    <message>
        <source>Finds memory that nobody points at any more</source>
        <translation>发现不再被任何指针引用的内存</translation>
    </message>
    <message>
        <source>Finds objects that are freed while in use</source>
        <translation>发现使用中被释放的对象</translation>
    </message>
    <message>
        <source>Finds uses of memory that was never written; x86-64 only, RAM up to 1G, no KASAN</source>
        <translation>发现使用未写入过的内存；仅 x86-64，RAM 至多 1G，不能同时用 KASAN</translation>
    </message>
    <message>
        <source>Finish</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>First</source>
        <translation>第一台</translation>
    </message>
    <message>
        <source>First beat</source>
        <translation>第一个要点</translation>
    </message>
    <message>
        <source>First machine</source>
        <translation>第一台机器</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门</translation>
    </message>
    <message>
        <source>First: {0}</source>
        <translation>第一台：{0}</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应</translation>
    </message>
    <message>
        <source>Fit the selection</source>
        <translation>适应所选内容</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>标志</translation>
    </message>
    <message>
        <source>Float</source>
        <translation>浮动</translation>
    </message>
    <message>
        <source>Flush the TLB and give every lazily freed area back.</source>
        <translation>刷新 TLB，并归还所有惰性释放的区域。</translation>
    </message>
    <message>
        <source>Flush the TLBs of all CPUs.</source>
        <translation>刷新所有 CPU 的 TLB。</translation>
    </message>
    <message>
        <source>Flush what is still only lazily unmapped.</source>
        <translation>刷新尚处于惰性解除映射状态的内容。</translation>
    </message>
    <message>
        <source>Folder of the kernel&apos;s source</source>
        <translation>内核源代码的文件夹</translation>
    </message>
    <message>
        <source>Forget a name, and with it the pointer; what it points at stays.</source>
        <translation>忘掉一个名称及其指针；所指的内容仍保留。</translation>
    </message>
    <message>
        <source>Fragmentation, %</source>
        <translation>碎片率，%</translation>
    </message>
    <message>
        <source>Frames are taken from the buddy allocator</source>
        <translation>从伙伴分配器取得页帧</translation>
    </message>
    <message>
        <source>Free an allocation after a grace period.</source>
        <translation>在宽限期之后释放一次分配。</translation>
    </message>
    <message>
        <source>Free an allocation; its addresses wait for the next purge.</source>
        <translation>释放一次分配；其地址等待下一次清理。</translation>
    </message>
    <message>
        <source>Free an area.</source>
        <translation>释放一个区域。</translation>
    </message>
    <message>
        <source>Free tree: red-black tree of the free areas</source>
        <translation>空闲树：空闲区域的红黑树</translation>
    </message>
    <message>
        <source>From {0} on only {1} are free, and {2} are needed, guard page included.</source>
        <translation>从 {0} 起只有 {1} 空闲，而连同保护页需要 {2}。</translation>
    </message>
    <message>
        <source>Function</source>
        <translation>函数</translation>
    </message>
    <message>
        <source>Gfp</source>
        <translation>GFP</translation>
    </message>
    <message>
        <source>Give a vm_map_ram mapping back.</source>
        <translation>归还 vm_map_ram 的映射。</translation>
    </message>
    <message>
        <source>Give the pages back that `pages` or `vmap` got.</source>
        <translation>归还由 `pages` 或 `vmap` 取得的页。</translation>
    </message>
    <message>
        <source>Given: {0}</source>
        <translation>参数：{0}</translation>
    </message>
    <message>
        <source>Go on as a task, with bottom halves off, in an interrupt, or without preemption.</source>
        <translation>以任务、关闭下半部、中断或禁止抢占的方式继续。</translation>
    </message>
    <message>
        <source>Go on on another CPU.</source>
        <translation>换到另一个 CPU 上继续。</translation>
    </message>
    <message>
        <source>Go on when nothing is open on this page</source>
        <translation>本页没有未答的问题时继续</translation>
    </message>
    <message>
        <source>Go on with a copy of the program up to the selected operation</source>
        <translation>用截至所选操作的程序副本继续</translation>
    </message>
    <message>
        <source>Go to A, and compare with this step</source>
        <translation>转到 A，并与此步比较</translation>
    </message>
    <message>
        <source>Go to its end</source>
        <translation>转到其末尾</translation>
    </message>
    <message>
        <source>Go to its first step</source>
        <translation>转到其第一步</translation>
    </message>
    <message>
        <source>Go to step {0}</source>
        <translation>转到第 {0} 步</translation>
    </message>
    <message>
        <source>Go to the address map</source>
        <translation>转到地址图</translation>
    </message>
    <message>
        <source>Go to the checks of the running function</source>
        <translation>转到正在运行的函数的检查</translation>
    </message>
    <message>
        <source>Go to the first of these</source>
        <translation>转到其中第一个</translation>
    </message>
    <message>
        <source>Go to the page-table tree</source>
        <translation>转到页表树</translation>
    </message>
    <message>
        <source>Go to the plots of lazy pages, flushes, tables, free ranges and mapped bytes</source>
        <translation>转到惰性页、刷新、页表、空闲范围和已映射字节的曲线</translation>
    </message>
    <message>
        <source>Go to the step that made this</source>
        <translation>转到创建它的步骤</translation>
    </message>
    <message>
        <source>Go to the step that took this away</source>
        <translation>转到移除它的步骤</translation>
    </message>
    <message>
        <source>Hand in</source>
        <translation>交卷</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>rcu_head</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Hide this warning</source>
        <translation>隐藏此警告</translation>
    </message>
    <message>
        <source>Hint {0}/{1}</source>
        <translation>提示 {0}/{1}</translation>
    </message>
    <message>
        <source>Hint:</source>
        <translation>提示：</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Hits so far</source>
        <translation>已命中次数</translation>
    </message>
    <message>
        <source>Hold the lock of the kernel&apos;s page tables, as a dump of them does.</source>
        <translation>持有内核页表的锁，如同转储页表时那样。</translation>
    </message>
    <message>
        <source>How differences are marked</source>
        <translation>差异的标记方式</translation>
    </message>
    <message>
        <source>Huge</source>
        <translation>大页</translation>
    </message>
    <message>
        <source>Ids</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>In the tree, to a child</source>
        <translation>在树中，转到子节点</translation>
    </message>
    <message>
        <source>In the tree, to the parent</source>
        <translation>在树中，转到父节点</translation>
    </message>
    <message>
        <source>Insert &amp;after</source>
        <translation>在后面插入(&amp;A)</translation>
    </message>
    <message>
        <source>Insert &amp;before</source>
        <translation>在前面插入(&amp;B)</translation>
    </message>
    <message>
        <source>Insert before operation {0}</source>
        <translation>在操作 {0} 之前插入</translation>
    </message>
    <message>
        <source>Interval</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>Is a {0} leaf going to be installed for {1:#x}? If not, which check says no?</source>
        <translation>会为 {1:#x} 装入一个 {0} 叶子吗？如果不会，是哪项检查拒绝的？</translation>
    </message>
    <message>
        <source>It is asked for, and every check passes.</source>
        <translation>提出了请求，而且每项检查都通过。</translation>
    </message>
    <message>
        <source>It would fit there, but the search takes the lowest place that fits.</source>
        <translation>那里放得下，但查找取的是放得下的最低位置。</translation>
    </message>
    <message>
        <source>J/K row · N/P next, previous difference · Enter open in Explore · Ctrl+Shift+O load</source>
        <translation>J/K 移动行 · N/P 下一处、上一处差异 · Enter 在探索中打开 · Ctrl+Shift+O 加载</translation>
    </message>
    <message>
        <source>KASAN</source>
        <translation>KASAN</translation>
    </message>
    <message>
        <source>KASAN is {0}, not {1!r}</source>
        <translation>KASAN 应为 {0}，而不是 {1!r}</translation>
    </message>
    <message>
        <source>KASAN with hw_tags needs arm64: no other tags memory</source>
        <translation>hw_tags 方式的 KASAN 需要 arm64：其他体系结构没有内存标签</translation>
    </message>
    <message>
        <source>KASAN with tags of the processor</source>
        <translation>使用处理器标签的 KASAN</translation>
    </message>
    <message>
        <source>KASAN: a byte too far</source>
        <translation>KASAN：多出一个字节</translation>
    </message>
    <message>
        <source>KMSAN is on or off, not {0!r}</source>
        <translation>KMSAN 只能是 on 或 off，不能是 {0!r}</translation>
    </message>
    <message>
        <source>KMSAN needs RAM of at most 1G: two thirds are its own</source>
        <translation>KMSAN 要求 RAM 至多 1G：其中三分之二归它自己</translation>
    </message>
    <message>
        <source>KMSAN needs x86_64</source>
        <translation>KMSAN 需要 x86_64</translation>
    </message>
    <message>
        <source>KMSAN: used before it was written</source>
        <translation>KMSAN：未写先用</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>Kernel and engine, drawn to scale</source>
        <translation>内核与引擎，按比例绘制</translation>
    </message>
    <message>
        <source>Kernel log:</source>
        <translation>内核日志：</translation>
    </message>
    <message>
        <source>Kernel&apos;s source</source>
        <translation>内核源代码</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>快捷键</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Language: English or Chinese</source>
        <translation>语言：英文或中文</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Larger type and rows</source>
        <translation>放大文字和行高</translation>
    </message>
    <message>
        <source>Largest free range, %</source>
        <translation>最大空闲范围，%</translation>
    </message>
    <message>
        <source>Last beat</source>
        <translation>最后一个要点</translation>
    </message>
    <message>
        <source>Leaf level</source>
        <translation>叶级别</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Lecture</source>
        <translation>讲授</translation>
    </message>
    <message>
        <source>Left and Right go by lines of the source</source>
        <translation>左右键按源代码行移动</translation>
    </message>
    <message>
        <source>Left and Right go by operations</source>
        <translation>左右键按操作移动</translation>
    </message>
    <message>
        <source>Left and Right go by what is written</source>
        <translation>左右键按写入移动</translation>
    </message>
    <message>
        <source>Left and Right go to where calls are entered or left</source>
        <translation>左右键移到进入或离开调用的地方</translation>
    </message>
    <message>
        <source>Lens</source>
        <translation>放大镜</translation>
    </message>
    <message>
        <source>Let A and B change places</source>
        <translation>交换 A 与 B</translation>
    </message>
    <message>
        <source>Let allocations of one kind fail on purpose.</source>
        <translation>让某一类分配故意失败。</translation>
    </message>
    <message>
        <source>Let the drain worker purge.</source>
        <translation>让 drain 工作线程执行清理。</translation>
    </message>
    <message>
        <source>Let the kernel say where the memory at an address comes from.</source>
        <translation>让内核说出某地址处的内存来自何处。</translation>
    </message>
    <message>
        <source>Let time pass.</source>
        <translation>让时间流逝。</translation>
    </message>
    <message>
        <source>Level above</source>
        <translation>上一级</translation>
    </message>
    <message>
        <source>Level below</source>
        <translation>下一级</translation>
    </message>
    <message>
        <source>Level of the table that the entry is in</source>
        <translation>表项所在页表的级别</translation>
    </message>
    <message>
        <source>Line {0} cannot run, and nothing behind it does: {1}</source>
        <translation>第 {0} 行不能运行，它之后的也都不运行：{1}</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Lines not understood, shown with “?”: {0}</source>
        <translation>看不懂的行，以“?”显示：{0}</translation>
    </message>
    <message>
        <source>Load a part of a module: memory near the kernel, with its permissions.</source>
        <translation>加载模块的一部分：靠近内核的内存及其权限。</translation>
    </message>
    <message>
        <source>Load a recording…</source>
        <translation>加载录制…</translation>
    </message>
    <message>
        <source>Load from an address and forget the value.</source>
        <translation>从某地址读取并丢弃该值。</translation>
    </message>
    <message>
        <source>Load the kernel&apos;s own test of vmalloc; returns how many cases failed.</source>
        <translation>加载内核自带的 vmalloc 测试；返回失败的用例数。</translation>
    </message>
    <message>
        <source>Load the word at an address.</source>
        <translation>读取某地址处的字。</translation>
    </message>
    <message>
        <source>Load…</source>
        <translation>加载…</translation>
    </message>
    <message>
        <source>Look at &amp;address…</source>
        <translation>查看地址(&amp;A)…</translation>
    </message>
    <message>
        <source>Look at an address</source>
        <translation>查看地址</translation>
    </message>
    <message>
        <source>Look at the page tables of a range.</source>
        <translation>查看一个范围的页表。</translation>
    </message>
    <message>
        <source>Look for memory that nobody points at any more.</source>
        <translation>查找不再被任何指针引用的内存。</translation>
    </message>
    <message>
        <source>Looking into {0}, once. Esc stops it.</source>
        <translation>正在解开 {0}，只需一次。按 Esc 停止。</translation>
    </message>
    <message>
        <source>Loops</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>MTRR not uniform</source>
        <translation>MTRR 不一致</translation>
    </message>
    <message>
        <source>Machine</source>
        <translation>机器</translation>
    </message>
    <message>
        <source>Machine: processors, memory, boot parameters</source>
        <translation>机器：处理器、内存、启动参数</translation>
    </message>
    <message>
        <source>Make the operation or edit again that was taken back</source>
        <translation>重新执行被撤销的操作或编辑</translation>
    </message>
    <message>
        <source>Map an array of pages at an address.</source>
        <translation>把页数组映射到某地址。</translation>
    </message>
    <message>
        <source>Map an array of pages, page by page.</source>
        <translation>逐页映射一个页数组。</translation>
    </message>
    <message>
        <source>Map device frames.</source>
        <translation>映射设备页框。</translation>
    </message>
    <message>
        <source>Map device memory into an area made for it.</source>
        <translation>把设备内存映射到为它建立的区域中。</translation>
    </message>
    <message>
        <source>Map device memory, cached.</source>
        <translation>映射设备内存，可缓存。</translation>
    </message>
    <message>
        <source>Map device memory, strongly uncached.</source>
        <translation>映射设备内存，强制不缓存。</translation>
    </message>
    <message>
        <source>Map device memory, uncached.</source>
        <translation>映射设备内存，不缓存。</translation>
    </message>
    <message>
        <source>Map device memory, write combining.</source>
        <translation>映射设备内存，写合并。</translation>
    </message>
    <message>
        <source>Map device memory, write through.</source>
        <translation>映射设备内存，写直达。</translation>
    </message>
    <message>
        <source>Map pages for a short time, out of the block of this CPU.</source>
        <translation>短时映射一些页，取自此 CPU 的块。</translation>
    </message>
    <message>
        <source>Map pages into a sparse area.</source>
        <translation>把页映射到稀疏区域中。</translation>
    </message>
    <message>
        <source>Map physical memory at an address, with the largest leaves that fit.</source>
        <translation>把物理内存映射到某地址，使用放得下的最大叶项。</translation>
    </message>
    <message>
        <source>Mapped small</source>
        <translation>由小页映射</translation>
    </message>
    <message>
        <source>Mark this step as &amp;A</source>
        <translation>把此步标记为 A(&amp;A)</translation>
    </message>
    <message>
        <source>Mark this step with a name and a note</source>
        <translation>给此步加上名称和备注</translation>
    </message>
    <message>
        <source>Maxp</source>
        <translation>最大页数</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Memory nodes that RAM is divided into</source>
        <translation>RAM 划分成的内存节点数</translation>
    </message>
    <message>
        <source>Memory type</source>
        <translation>内存类型</translation>
    </message>
    <message>
        <source>Memory types (MTRR)</source>
        <translation>内存类型（MTRR）</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Move do&amp;wn</source>
        <translation>下移(&amp;W)</translation>
    </message>
    <message>
        <source>Move the selected operation before the one above it</source>
        <translation>把所选操作移到上一个操作之前</translation>
    </message>
    <message>
        <source>Move the selected operation behind the one below it</source>
        <translation>把所选操作移到下一个操作之后</translation>
    </message>
    <message>
        <source>Move to the entry above</source>
        <translation>移到上一个表项</translation>
    </message>
    <message>
        <source>Move to the entry below</source>
        <translation>移到下一个表项</translation>
    </message>
    <message>
        <source>Move to the table above</source>
        <translation>移到上一级页表</translation>
    </message>
    <message>
        <source>Move to the table below</source>
        <translation>移到下一级页表</translation>
    </message>
    <message>
        <source>Move u&amp;p</source>
        <translation>上移(&amp;P)</translation>
    </message>
    <message>
        <source>Moved: {0}</source>
        <translation>已移动：{0}</translation>
    </message>
    <message>
        <source>Ms</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>N</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>NEW</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>NR_CPUS must be possible CPUs to 8192</source>
        <translation>NR_CPUS 必须在可能的 CPU 数与 8192 之间</translation>
    </message>
    <message>
        <source>NR_CPUS of the build</source>
        <translation>编译时的 NR_CPUS</translation>
    </message>
    <message>
        <source>NUMA nodes</source>
        <translation>NUMA 节点</translation>
    </message>
    <message>
        <source>NUMA nodes must be 1 to 8</source>
        <translation>NUMA 节点数必须为 1 到 8</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name for the result</source>
        <translation>结果的名称</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>新值</translation>
    </message>
    <message>
        <source>Next beat</source>
        <translation>下一要点</translation>
    </message>
    <message>
        <source>Next beat (→, PgDn)</source>
        <translation>下一要点（→、PgDn）</translation>
    </message>
    <message>
        <source>Next change of this</source>
        <translation>它的下一次变化</translation>
    </message>
    <message>
        <source>Next difference</source>
        <translation>下一处差异</translation>
    </message>
    <message>
        <source>Next mark</source>
        <translation>下一标记</translation>
    </message>
    <message>
        <source>Next operation</source>
        <translation>下一操作</translation>
    </message>
    <message>
        <source>Next page of the lesson</source>
        <translation>课程的下一页</translation>
    </message>
    <message>
        <source>Next: {0}</source>
        <translation>下一个：{0}</translation>
    </message>
    <message>
        <source>No bookmarks yet. Ctrl+D marks the step that is shown; they are saved with it.</source>
        <translation>还没有书签。Ctrl+D 标记当前显示的步骤；书签随程序保存。</translation>
    </message>
    <message>
        <source>No breakpoints yet. Choose an event below: playing and F8 stop there.</source>
        <translation>还没有断点。请在下面选择事件：播放和 F8 会在那里停下。</translation>
    </message>
    <message>
        <source>No comparison with a running kernel is at hand.</source>
        <translation>没有与运行中内核的对照数据。</translation>
    </message>
    <message>
        <source>No breakpoint is hit before this step</source>
        <translation>之前没有会停下的步骤</translation>
    </message>
    <message>
        <source>No files yet</source>
        <translation>还没有文件</translation>
    </message>
    <message>
        <source>No breakpoint is hit after this step</source>
        <translation>之后没有会停下的步骤</translation>
    </message>
    <message>
        <source>No later step stands in line {0}</source>
        <translation>之后没有步骤位于第 {0} 行</translation>
    </message>
    <message>
        <source>No lesson has these words.</source>
        <translation>没有课程含有这些词。</translation>
    </message>
    <message>
        <source>No line of the source is shown</source>
        <translation>没有显示源代码行</translation>
    </message>
    <message>
        <source>No notes here. Comments above an operation and the notes of bookmarks are shown.</source>
        <translation>这里没有备注。操作上方的注释和书签的备注会显示在这里。</translation>
    </message>
    <message>
        <source>No operation yet</source>
        <translation>还没有操作</translation>
    </message>
    <message>
        <source>No operations yet</source>
        <translation>还没有操作</translation>
    </message>
    <message>
        <source>No recorded step stands in line {0} yet</source>
        <translation>还没有已记录的步骤位于第 {0} 行</translation>
    </message>
    <message>
        <source>No recording is open</source>
        <translation>没有打开的录制</translation>
    </message>
    <message>
        <source>No: nobody asks for it</source>
        <translation>否：没有人请求</translation>
    </message>
    <message>
        <source>No: {0}</source>
        <translation>否：{0}</translation>
    </message>
    <message>
        <source>Nobody has written {0} yet</source>
        <translation>还没有谁写过{0}</translation>
    </message>
    <message>
        <source>Node {0}</source>
        <translation>节点 {0}</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Nodes: busy, lazily freed and pooled areas</source>
        <translation>节点：使用中、惰性释放和池中的区域</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>正常大小</translation>
    </message>
    <message>
        <source>Not proven: follows the source of Linux 6.12, was not compared with a running kernel.</source>
        <translation>未经证实：遵循 Linux 6.12 的源代码，未与运行中的内核对照。</translation>
    </message>
    <message>
        <source>Not yet.</source>
        <translation>还不对。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Noted.</source>
        <translation>已记下。</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Nothing earlier changed {0}</source>
        <translation>之前没有什么改变过{0}</translation>
    </message>
    <message>
        <source>Nothing has happened yet: → steps, Space plays</source>
        <translation>尚未发生任何事：→ 单步，空格播放</translation>
    </message>
    <message>
        <source>Nothing is here.</source>
        <translation>这里什么也没有。</translation>
    </message>
    <message>
        <source>Nothing later changes {0}</source>
        <translation>之后没有什么改变{0}</translation>
    </message>
    <message>
        <source>Nothing more: the operation ends</source>
        <translation>没有别的了：操作结束</translation>
    </message>
    <message>
        <source>Nothing to compare with: mark a step as A first</source>
        <translation>没有可比较的对象：请先把某一步标记为 A</translation>
    </message>
    <message>
        <source>Now break it.</source>
        <translation>现在来破坏它。</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Of this operation</source>
        <translation>来自此操作</translation>
    </message>
    <message>
        <source>Offered at the next start if vmgui did not end as it should</source>
        <translation>如果 vmgui 未正常结束，下次启动时提供</translation>
    </message>
    <message>
        <source>Old value</source>
        <translation>旧值</translation>
    </message>
    <message>
        <source>On</source>
        <translation>启用</translation>
    </message>
    <message>
        <source>One beat fills the screen: question, stage, sentence</source>
        <translation>每屏一个要点：问题、舞台、句子</translation>
    </message>
    <message>
        <source>One off: entry {0} covers the {1} from {2} on, and entries count from 0.</source>
        <translation>差一：表项 {0} 覆盖从 {2} 起的 {1}，表项从 0 数起。</translation>
    </message>
    <message>
        <source>One page off: every area ends with a guard page, which nobody maps.</source>
        <translation>差一页：每个区域末尾都有一个没人映射的保护页。</translation>
    </message>
    <message>
        <source>One page off: is there a guard page between?</source>
        <translation>差一页：中间是不是有一个保护页？</translation>
    </message>
    <message>
        <source>One page too many: the guard page does not count here.</source>
        <translation>多了一页：这里不算保护页。</translation>
    </message>
    <message>
        <source>One step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>One step back: before it happened</source>
        <translation>后退一步：回到它发生之前</translation>
    </message>
    <message>
        <source>One step forward</source>
        <translation>前进一步</translation>
    </message>
    <message>
        <source>One too few: is there a guard page, or an end that counts as well?</source>
        <translation>少了一个：是不是还有保护页，或者端点也要算？</translation>
    </message>
    <message>
        <source>One too many.</source>
        <translation>多了一个。</translation>
    </message>
    <message>
        <source>Online CPUs</source>
        <translation>在线 CPU</translation>
    </message>
    <message>
        <source>Only this step wrote {0}: {1} in “{2}”</source>
        <translation>只有此步写过{0}：{1}，在“{2}”中</translation>
    </message>
    <message>
        <source>Open &amp;recording…</source>
        <translation>打开录制(&amp;R)…</translation>
    </message>
    <message>
        <source>Open a program</source>
        <translation>打开程序</translation>
    </message>
    <message>
        <source>Open a program (.vmgui)</source>
        <translation>打开程序（.vmgui）</translation>
    </message>
    <message>
        <source>Open a recording</source>
        <translation>打开录制</translation>
    </message>
    <message>
        <source>Open in Explore</source>
        <translation>在探索中打开</translation>
    </message>
    <message>
        <source>Open rece&amp;nt</source>
        <translation>最近打开(&amp;N)</translation>
    </message>
    <message>
        <source>Open s&amp;cenario</source>
        <translation>打开场景(&amp;C)</translation>
    </message>
    <message>
        <source>Open the row</source>
        <translation>展开该行</translation>
    </message>
    <message>
        <source>Open the row; in the tree, to the next area by address</source>
        <translation>展开该行；在树中，转到地址上的后一个区域</translation>
    </message>
    <message>
        <source>Open what a real kernel did and compare it with the engine</source>
        <translation>打开真实内核的记录，并与引擎比较</translation>
    </message>
    <message>
        <source>Operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Operations</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>## Predictions</source>
        <translation>## 预测</translation>
    </message>
    <message>
        <source>## Task {0}</source>
        <translation>## 任务 {0}</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy versions</source>
        <translation>复制版本信息(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Describe this pane</source>
        <translation>描述此窗格(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Reset to defaults</source>
        <translation>恢复默认值(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save…</source>
        <translation>保存(&amp;S)…</translation>
    </message>
    <message>
        <source>**Question {0}.** {1}</source>
        <translation>**问题 {0}.** {1}</translation>
    </message>
    <message>
        <source>**Task {0}** ({1} points)</source>
        <translation>**任务 {0}**（{1} 分）</translation>
    </message>
    <message>
        <source>+{0} guard</source>
        <translation>+{0} 保护页</translation>
    </message>
    <message>
        <source>- allowed operations: {0}</source>
        <translation>- 允许的操作：{0}</translation>
    </message>
    <message>
        <source>- at most {0} operations</source>
        <translation>- 最多 {0} 个操作</translation>
    </message>
    <message>
        <source>- {0}. {1}, {2}: {3}</source>
        <translation>- {0}. {1}，{2}：{3}</translation>
    </message>
    <message>
        <source>- {0}: {1}</source>
        <translation>- {0}：{1}</translation>
    </message>
    <message>
        <source>A copy of unsaved work could not be read. It is kept as {0}.</source>
        <translation>无法读取未保存工作的副本。它保留为 {0}。</translation>
    </message>
    <message>
        <source>A loop over the entries of a page table stops after so many</source>
        <translation>对页表项的循环每写这么多项停一次</translation>
    </message>
    <message>
        <source>A recording holds what Linux 6.12 did, operation by operation.</source>
        <translation>录制保存了 Linux 6.12 逐个操作的行为。</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>An action, operation, scenario, lesson or setting, step 123, 0x…</source>
        <translation>命令、操作、场景、课程或设置，步骤 123，0x…</translation>
    </message>
    <message>
        <source>Animated picture (GIF)</source>
        <translation>动画图片（GIF）</translation>
    </message>
    <message>
        <source>Answer the question of the lesson first</source>
        <translation>请先回答课程中的问题</translation>
    </message>
    <message>
        <source>Archive…</source>
        <translation>归档文件…</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Areas of {0}</source>
        <translation>{0} 的区域</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Asked for by</source>
        <translation>申请者</translation>
    </message>
    <message>
        <source>Begin again at the end</source>
        <translation>到末尾后重新开始</translation>
    </message>
    <message>
        <source>Choose what is plotted; copy or save the numbers</source>
        <translation>选择要绘制的内容；复制或保存数值</translation>
    </message>
    <message>
        <source>Clear this list</source>
        <translation>清空此列表</translation>
    </message>
    <message>
        <source>Colours of the window</source>
        <translation>窗口的颜色</translation>
    </message>
    <message>
        <source>Continue: {0}</source>
        <translation>继续：{0}</translation>
    </message>
    <message>
        <source>Copy the numbers as CSV</source>
        <translation>把数值复制为 CSV</translation>
    </message>
    <message>
        <source>Copy the row</source>
        <translation>复制该行</translation>
    </message>
    <message>
        <source>Copy the row as text</source>
        <translation>把该行复制为文本</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Decide at the next start</source>
        <translation>下次启动时再决定</translation>
    </message>
    <message>
        <source>Details of the step</source>
        <translation>步骤的细节</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Entries a step writes</source>
        <translation>一步写入的表项数</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Exported as {0}</source>
        <translation>已导出为 {0}</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files of the report</source>
        <translation>报告中的文件</translation>
    </message>
    <message>
        <source>Filter: caller, kind, address</source>
        <translation>筛选：调用者、类型、地址</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Find a text in a page of the manual</source>
        <translation>在手册页面中查找文字</translation>
    </message>
    <message>
        <source>First step</source>
        <translation>第一步</translation>
    </message>
    <message>
        <source>Folder or archive of the kernel&apos;s text; empty: where packages put it</source>
        <translation>内核源代码的文件夹或归档文件；留空则为软件包安装的位置</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Follow step</source>
        <translation>跟随步骤</translation>
    </message>
    <message>
        <source>For {0}.</source>
        <translation>给 {0}。</translation>
    </message>
    <message>
        <source>Forget those that are gone</source>
        <translation>忘掉已不存在的文件</translation>
    </message>
    <message>
        <source>Free ranges</source>
        <translation>空闲范围</translation>
    </message>
    <message>
        <source>From step to step</source>
        <translation>从某步到某步</translation>
    </message>
    <message>
        <source>Go to the free tree, nodes, vmap blocks, TLBs</source>
        <translation>转到空闲树、节点、vmap 块、TLB</translation>
    </message>
    <message>
        <source>Hand &amp;in…</source>
        <translation>交作业(&amp;I)…</translation>
    </message>
    <message>
        <source>Handout (PDF)</source>
        <translation>讲义（PDF）</translation>
    </message>
    <message>
        <source>How to use what has the focus, and all of vmgui</source>
        <translation>当前焦点的用法，以及整个 vmgui 的用法</translation>
    </message>
    <message>
        <source>I/O</source>
        <translation>I/O</translation>
    </message>
    <message>
        <source>In a lecture</source>
        <translation>讲授时</translation>
    </message>
    <message>
        <source>In percent of the design</source>
        <translation>相对于设计尺寸的百分比</translation>
    </message>
    <message>
        <source>Keep a copy</source>
        <translation>保留副本</translation>
    </message>
    <message>
        <source>Kind of file</source>
        <translation>文件种类</translation>
    </message>
    <message>
        <source>Language of the window; names of the kernel stay</source>
        <translation>窗口的语言；内核的名称不变</translation>
    </message>
    <message>
        <source>Last step</source>
        <translation>最后一步</translation>
    </message>
    <message>
        <source>Lazily freed pages</source>
        <translation>惰性释放的页</translation>
    </message>
    <message>
        <source>Leaves</source>
        <translation>叶项</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>List in words what the pane with the focus shows</source>
        <translation>用文字列出当前焦点窗格所显示的内容</translation>
    </message>
    <message>
        <source>List of steps as CSV</source>
        <translation>步骤列表，CSV</translation>
    </message>
    <message>
        <source>List of steps as JSON</source>
        <translation>步骤列表，JSON</translation>
    </message>
    <message>
        <source>List of steps as text</source>
        <translation>步骤列表，文本</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Look at {0}</source>
        <translation>查看 {0}</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Marks only</source>
        <translation>仅标记处</translation>
    </message>
    <message>
        <source>Move the play-head there</source>
        <translation>把播放头移到那里</translation>
    </message>
    <message>
        <source>Move to the row above</source>
        <translation>移到上一行</translation>
    </message>
    <message>
        <source>Move to the row below</source>
        <translation>移到下一行</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一处</translation>
    </message>
    <message>
        <source>Next place (F3)</source>
        <translation>下一处（F3）</translation>
    </message>
    <message>
        <source>Next row</source>
        <translation>下一行</translation>
    </message>
    <message>
        <source>No copy for recovery can be kept in {0}: {1}. Save often.</source>
        <translation>无法在 {0} 保留恢复用的副本：{1}。请经常保存。</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Not a lesson of the course: progress is not saved</source>
        <translation>不是课程中的一课：不保存进度</translation>
    </message>
    <message>
        <source>Not comparable</source>
        <translation>不可比较</translation>
    </message>
    <message>
        <source>Note: {0}</source>
        <translation>注意：{0}</translation>
    </message>
    <message>
        <source>Nothing can be kept in {0}: {1}. vmgui works, but settings, progress and labs are lost when it ends: save and hand in elsewhere.</source>
        <translation>无法在 {0} 保存任何内容：{1}。vmgui 可以使用，但退出后设置、进度和实验都会丢失：请在别处保存和交作业。</translation>
    </message>
    <message>
        <source>Nothing could be graded: {0}</source>
        <translation>没有可评分的：{0}</translation>
    </message>
    <message>
        <source>Nothing fits. The command line (Ctrl+L) takes whole operations.</source>
        <translation>没有匹配项。命令行（Ctrl+L）接受完整的操作。</translation>
    </message>
    <message>
        <source>Nothing matches</source>
        <translation>没有匹配的</translation>
    </message>
    <message>
        <source>Nothing was exported</source>
        <translation>没有导出任何内容</translation>
    </message>
    <message>
        <source>Nothing was logged yet</source>
        <translation>还没有日志</translation>
    </message>
    <message>
        <source>Nr_pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <source>Nth</source>
        <translation>第几个</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>Old</source>
        <translation>原对象</translation>
    </message>
    <message>
        <source>Open a lab first: only labs are handed in</source>
        <translation>请先打开一个实验：只有实验才交</translation>
    </message>
    <message>
        <source>Open the &amp;menu</source>
        <translation>打开菜单(&amp;M)</translation>
    </message>
    <message>
        <source>Open the menu of the window</source>
        <translation>打开窗口的菜单</translation>
    </message>
    <message>
        <source>Operations and history</source>
        <translation>操作和历史</translation>
    </message>
    <message>
        <source>Operations on both machines</source>
        <translation>两台机器上的操作</translation>
    </message>
    <message>
        <source>Operations, in order</source>
        <translation>操作，按顺序</translation>
    </message>
    <message>
        <source>PA not aligned</source>
        <translation>PA 未对齐</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Page &amp;tables</source>
        <translation>页表(&amp;T)</translation>
    </message>
    <message>
        <source>Page size</source>
        <translation>页大小</translation>
    </message>
    <message>
        <source>Page tables</source>
        <translation>页表</translation>
    </message>
    <message>
        <source>Page {0} of {1}, {2} done</source>
        <translation>第 {0} 页，共 {1} 页，已完成 {2} 页</translation>
    </message>
    <message>
        <source>Page-table pages</source>
        <translation>页表页</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Pages are cleared when they are allocated</source>
        <translation>分配页时将其清零</translation>
    </message>
    <message>
        <source>Panes of Real kernel</source>
        <translation>真实内核的窗格</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Parent</source>
        <translation>父节点</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Past the next call</source>
        <translation>越过下一次调用</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Pending work</source>
        <translation>待办工作</translation>
    </message>
    <message>
        <source>Phys</source>
        <translation>物理</translation>
    </message>
    <message>
        <source>Physical</source>
        <translation>物理</translation>
    </message>
    <message>
        <source>Physical address bits</source>
        <translation>物理地址位数</translation>
    </message>
    <message>
        <source>Physical frames</source>
        <translation>物理页框</translation>
    </message>
    <message>
        <source>Physical map: RAM, devices and holes</source>
        <translation>物理地址图：RAM、设备和空洞</translation>
    </message>
    <message>
        <source>Physical memory</source>
        <translation>物理内存</translation>
    </message>
    <message>
        <source>Picture (PNG)</source>
        <translation>图片（PNG）</translation>
    </message>
    <message>
        <source>Picture of</source>
        <translation>图片内容</translation>
    </message>
    <message>
        <source>Picture of lines and texts (SVG)</source>
        <translation>线条与文字的图片（SVG）</translation>
    </message>
    <message>
        <source>Pictures, an animated picture, a handout, or the steps as a list</source>
        <translation>图片、动画图片、讲义，或步骤列表</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play faster</source>
        <translation>加快播放</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>播放或暂停</translation>
    </message>
    <message>
        <source>Play or pause (Space)</source>
        <translation>播放或暂停（空格）</translation>
    </message>
    <message>
        <source>Play slower</source>
        <translation>放慢播放</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Possible CPUs</source>
        <translation>可能的 CPU</translation>
    </message>
    <message>
        <source>Pre&amp;vious operation</source>
        <translation>上一操作(&amp;V)</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Prefere&amp;nces…</source>
        <translation>首选项(&amp;N)…</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Press → to begin.</source>
        <translation>按 → 开始。</translation>
    </message>
    <message>
        <source>Previous</source>
        <translation>上一处</translation>
    </message>
    <message>
        <source>Previous beat</source>
        <translation>上一要点</translation>
    </message>
    <message>
        <source>Previous beat (←, PgUp)</source>
        <translation>上一要点（←、PgUp）</translation>
    </message>
    <message>
        <source>Previous change of this</source>
        <translation>它的上一次变化</translation>
    </message>
    <message>
        <source>Previous difference</source>
        <translation>上一处差异</translation>
    </message>
    <message>
        <source>Previous mark</source>
        <translation>上一标记</translation>
    </message>
    <message>
        <source>Previous operation</source>
        <translation>上一操作</translation>
    </message>
    <message>
        <source>Previous page of the lesson</source>
        <translation>课程的上一页</translation>
    </message>
    <message>
        <source>Previous place (Shift+F3)</source>
        <translation>上一处（Shift+F3）</translation>
    </message>
    <message>
        <source>Previous row</source>
        <translation>上一行</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>Processors, memory and boot parameters</source>
        <translation>处理器、内存和启动参数</translation>
    </message>
    <message>
        <source>Program: open another</source>
        <translation>程序：打开另一个</translation>
    </message>
    <message>
        <source>Progress cannot be saved here</source>
        <translation>进度无法在此保存</translation>
    </message>
    <message>
        <source>Progress saved on this computer</source>
        <translation>进度保存在这台电脑上</translation>
    </message>
    <message>
        <source>Prot</source>
        <translation>保护</translation>
    </message>
    <message>
        <source>Proven by recordings (architecture, page size, address bits): {0}. Others follow the source.</source>
        <translation>经录制证实（体系结构、页大小、地址位数）：{0}。其他配置遵循源代码。</translation>
    </message>
    <message>
        <source>Proven: compared with recordings of a running kernel, see Help.</source>
        <translation>已证实：与运行中内核的录制对照过，见帮助。</translation>
    </message>
    <message>
        <source>Purges so far</source>
        <translation>至今的清理次数</translation>
    </message>
    <message>
        <source>Put all panes back where they were</source>
        <translation>把所有窗格放回原处</translation>
    </message>
    <message>
        <source>Put an operation after the selected one</source>
        <translation>在所选操作之后插入一个操作</translation>
    </message>
    <message>
        <source>Put an operation before the selected one</source>
        <translation>在所选操作之前插入一个操作</translation>
    </message>
    <message>
        <source>Put it into the command line</source>
        <translation>放入命令行</translation>
    </message>
    <message>
        <source>R</source>
        <translation>红</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>RAM</translation>
    </message>
    <message>
        <source>RAM must be 16M to 16G</source>
        <translation>RAM 必须为 16M 到 16G</translation>
    </message>
    <message>
        <source>RAM must be a multiple of 4M</source>
        <translation>RAM 必须是 4M 的倍数</translation>
    </message>
    <message>
        <source>RAM that the firmware keeps</source>
        <translation>固件保留的 RAM</translation>
    </message>
    <message>
        <source>Range</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Reached.</source>
        <translation>达成。</translation>
    </message>
    <message>
        <source>Read /proc/vmallocinfo.</source>
        <translation>读取 /proc/vmallocinfo。</translation>
    </message>
    <message>
        <source>Read its answer</source>
        <translation>查看其输出</translation>
    </message>
    <message>
        <source>Read n bytes as /proc/kcore does.</source>
        <translation>像 /proc/kcore 那样读取 n 个字节。</translation>
    </message>
    <message>
        <source>Read the Vmalloc lines of /proc/meminfo.</source>
        <translation>读取 /proc/meminfo 的 Vmalloc 各行。</translation>
    </message>
    <message>
        <source>Read this function in the source of the kernel</source>
        <translation>在内核源代码中阅读此函数</translation>
    </message>
    <message>
        <source>Real kernel</source>
        <translation>真实内核</translation>
    </message>
    <message>
        <source>Reboot</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Reduced &amp;motion</source>
        <translation>减少动态效果(&amp;M)</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>减少动态效果</translation>
    </message>
    <message>
        <source>Repeat</source>
        <translation>重复</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>重放</translation>
    </message>
    <message>
        <source>Replay settings</source>
        <translation>重放设置</translation>
    </message>
    <message>
        <source>Replaying {0}</source>
        <translation>正在重放 {0}</translation>
    </message>
    <message>
        <source>Report a &amp;problem…</source>
        <translation>报告问题(&amp;P)…</translation>
    </message>
    <message>
        <source>Report a problem</source>
        <translation>报告问题</translation>
    </message>
    <message>
        <source>Reserve addresses in the vmalloc range.</source>
        <translation>在 vmalloc 范围内保留地址。</translation>
    </message>
    <message>
        <source>Reserve addresses inside a given range.</source>
        <translation>在给定范围内保留地址。</translation>
    </message>
    <message>
        <source>Reset &amp;layout</source>
        <translation>重置布局(&amp;L)</translation>
    </message>
    <message>
        <source>Restart the clock</source>
        <translation>重新计时</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>返回值</translation>
    </message>
    <message>
        <source>Row above</source>
        <translation>上一行</translation>
    </message>
    <message>
        <source>Row below</source>
        <translation>下一行</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Rows that have happened: stores, and calls entered or left.</source>
        <translation>已发生的行数：存储，以及进入或离开调用。</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>再次运行</translation>
    </message>
    <message>
        <source>Run an operation, or type  a = vmalloc 4M</source>
        <translation>运行一个操作，或输入  a = vmalloc 4M</translation>
    </message>
    <message>
        <source>Run an operation, or type a = vmalloc 4M</source>
        <translation>运行一个操作，或输入 a = vmalloc 4M</translation>
    </message>
    <message>
        <source>Run operation</source>
        <translation>运行操作</translation>
    </message>
    <message>
        <source>Run operations and step through them</source>
        <translation>运行操作并单步查看</translation>
    </message>
    <message>
        <source>Run the operation of the form or command line</source>
        <translation>运行表单或命令行中的操作</translation>
    </message>
    <message>
        <source>Run the program on a second machine, side by side, and find the first difference</source>
        <translation>在第二台机器上并排运行此程序，并找出第一处差异</translation>
    </message>
    <message>
        <source>Running the operations after the edit again</source>
        <translation>正在重新运行编辑之后的操作</translation>
    </message>
    <message>
        <source>Running the program on the other machine</source>
        <translation>正在另一台机器上运行程序</translation>
    </message>
    <message>
        <source>Running the program on two machines</source>
        <translation>正在两台机器上运行程序</translation>
    </message>
    <message>
        <source>Running {0}</source>
        <translation>正在运行 {0}</translation>
    </message>
    <message>
        <source>&amp;Swap A and B</source>
        <translation>交换 A 与 B(&amp;S)</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Save a report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Save report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Save the numbers as CSV…</source>
        <translation>把数值保存为 CSV…</translation>
    </message>
    <message>
        <source>Save the program</source>
        <translation>保存程序</translation>
    </message>
    <message>
        <source>Save the program first: a link names its file</source>
        <translation>请先保存程序：链接要用到文件名</translation>
    </message>
    <message>
        <source>Save the program under another name</source>
        <translation>用另一个名称保存程序</translation>
    </message>
    <message>
        <source>Saved as {0}</source>
        <translation>已保存为 {0}</translation>
    </message>
    <message>
        <source>Saved as {0}. This is the file to hand in.</source>
        <translation>已保存为 {0}。要交的就是这个文件。</translation>
    </message>
    <message>
        <source>Says</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>Search for a free area</source>
        <translation>搜索空闲区域</translation>
    </message>
    <message>
        <source>Search in all lessons</source>
        <translation>在所有课程中查找</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>第二台</translation>
    </message>
    <message>
        <source>Second machine</source>
        <translation>第二台机器</translation>
    </message>
    <message>
        <source>Second: {0}</source>
        <translation>第二台：{0}</translation>
    </message>
    <message>
        <source>Section</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>See the Linux kernel&apos;s vmalloc and vmap work, one step at a time.

The engine follows mm/vmalloc.c of Linux 6.12 function by function and is compared with what a real kernel did.

Free software under the GNU General Public License, version 2 only. It comes with no warranty.</source>
        <translation>一步一步地观察 Linux 内核的 vmalloc 和 vmap 如何工作。

引擎逐个函数地遵循 Linux 6.12 的 mm/vmalloc.c，并与真实内核的行为对照。

自由软件，仅按 GNU 通用公共许可证第 2 版发布。不提供任何担保。</translation>
    </message>
    <message>
        <source>See, and save, what helps to find a mistake of vmgui</source>
        <translation>查看并保存有助于查找 vmgui 错误的信息</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Select an entry in the window, or type one</source>
        <translation>在窗口中选择一个表项，或输入一个</translation>
    </message>
    <message>
        <source>Select an entry, an area or a frame first</source>
        <translation>请先选择一个表项、区域或页框</translation>
    </message>
    <message>
        <source>Select nothing</source>
        <translation>不选择任何内容</translation>
    </message>
    <message>
        <source>Selected row</source>
        <translation>所选行</translation>
    </message>
    <message>
        <source>Sentence</source>
        <translation>句子</translation>
    </message>
    <message>
        <source>Sequential</source>
        <translation>顺序</translation>
    </message>
    <message>
        <source>Set n bytes from an address on.</source>
        <translation>从某地址起填写 n 个字节。</translation>
    </message>
    <message>
        <source>Share of huge blocks of RAM that have lost pages before the program begins</source>
        <translation>程序开始前已失去部分页的 RAM 大块所占的比例</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>shift</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show a lecture: the beats of the program, one a screen</source>
        <translation>开始讲授：程序的各个要点，每屏一个</translation>
    </message>
    <message>
        <source>Show all steps</source>
        <translation>显示全部步骤</translation>
    </message>
    <message>
        <source>Show an area to the program, as a driver&apos;s mmap does.</source>
        <translation>让程序看到一个区域，如同驱动的 mmap。</translation>
    </message>
    <message>
        <source>Show in all panes what differs between A and this step</source>
        <translation>在所有窗格中显示 A 与此步之间的差异</translation>
    </message>
    <message>
        <source>Show it on the stage</source>
        <translation>在舞台上看</translation>
    </message>
    <message>
        <source>Show its walk without moving the play-head</source>
        <translation>不移动播放头，显示其遍历</translation>
    </message>
    <message>
        <source>Show on the stage all entries of the tables, or the way through them</source>
        <translation>在舞台上显示页表的全部表项，或者穿过它们的路径</translation>
    </message>
    <message>
        <source>Show one of the trees of areas.</source>
        <translation>显示某一棵区域树。</translation>
    </message>
    <message>
        <source>Show rows that hold a text</source>
        <translation>只显示含有某文本的行</translation>
    </message>
    <message>
        <source>Show steps at once, without motions</source>
        <translation>直接显示各步，没有动画</translation>
    </message>
    <message>
        <source>Show the answer</source>
        <translation>显示答案</translation>
    </message>
    <message>
        <source>Show the notes of a lecture in a window of their own</source>
        <translation>在单独的窗口中显示讲授备注</translation>
    </message>
    <message>
        <source>Show the whole allocator.</source>
        <translation>显示整个分配器。</translation>
    </message>
    <message>
        <source>Show the whole free tree</source>
        <translation>显示整棵空闲树</translation>
    </message>
    <message>
        <source>Show the whole vmalloc range</source>
        <translation>显示整个 vmalloc 范围</translation>
    </message>
    <message>
        <source>Show this step alone again</source>
        <translation>恢复为只显示此步</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排对照</translation>
    </message>
    <message>
        <source>Simplified Chinese</source>
        <translation>简体中文</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Size as a bar</source>
        <translation>大小（条形）</translation>
    </message>
    <message>
        <source>Size of type and rows</source>
        <translation>文字和行的大小</translation>
    </message>
    <message>
        <source>Slot above</source>
        <translation>上一表项</translation>
    </message>
    <message>
        <source>Slot below</source>
        <translation>下一表项</translation>
    </message>
    <message>
        <source>Slots</source>
        <translation>槽位</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>放慢</translation>
    </message>
    <message>
        <source>Small pages are mapped: nobody asks for a huge one</source>
        <translation>映射小页：没有人请求大页</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Smaller type and rows</source>
        <translation>缩小文字和行高</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>源代码</translation>
    </message>
    <message>
        <source>Source of the engine</source>
        <translation>引擎的源代码</translation>
    </message>
    <message>
        <source>Space play · → step · Shift+→ step over · Ctrl+→ next op · W why · ? keys</source>
        <translation>空格 播放 · → 单步 · Shift+→ 步过 · Ctrl+→ 下一操作 · W 为什么 · ? 快捷键</translation>
    </message>
    <message>
        <source>Speak the language of the system</source>
        <translation>使用系统的语言</translation>
    </message>
    <message>
        <source>Speaker &amp;notes</source>
        <translation>演讲者备注(&amp;N)</translation>
    </message>
    <message>
        <source>Speaker notes</source>
        <translation>演讲者备注</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Spot at the pointer</source>
        <translation>指针聚光</translation>
    </message>
    <message>
        <source>Stage</source>
        <translation>舞台</translation>
    </message>
    <message>
        <source>Stage: page tables, level by level</source>
        <translation>舞台：逐级页表</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>Statistics over time</source>
        <translation>随时间的统计</translation>
    </message>
    <message>
        <source>Statistics over time as CSV</source>
        <translation>随时间的统计，CSV</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Step &amp;back</source>
        <translation>后退一步(&amp;B)</translation>
    </message>
    <message>
        <source>Step &amp;over</source>
        <translation>步过(&amp;O)</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>后退一步</translation>
    </message>
    <message>
        <source>Step into services</source>
        <translation>进入服务函数</translation>
    </message>
    <message>
        <source>Step ou&amp;t</source>
        <translation>步出(&amp;T)</translation>
    </message>
    <message>
        <source>Step over, backwards</source>
        <translation>反向步过</translation>
    </message>
    <message>
        <source>Step to a decision to see its checks</source>
        <translation>步进到某个判断处即可看到其检查</translation>
    </message>
    <message>
        <source>Step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Steps a page</source>
        <translation>每页步数</translation>
    </message>
    <message>
        <source>Steps that wrote it</source>
        <translation>写过它的步骤</translation>
    </message>
    <message>
        <source>Stop at the marked line of the source, or no more</source>
        <translation>在源代码的标记行停下，或不再停下</translation>
    </message>
    <message>
        <source>Stop comparing (Esc)</source>
        <translation>停止比较（Esc）</translation>
    </message>
    <message>
        <source>Stop editing this operation</source>
        <translation>停止编辑此操作</translation>
    </message>
    <message>
        <source>Stopped at step {0}: {1}</source>
        <translation>停在第 {0} 步：{1}</translation>
    </message>
    <message>
        <source>Stopped: the lesson is as it was</source>
        <translation>已停止：课程保持原样</translation>
    </message>
    <message>
        <source>Stopped: the program is as it was</source>
        <translation>已停止：程序保持原样</translation>
    </message>
    <message>
        <source>Stops when</source>
        <translation>停止条件</translation>
    </message>
    <message>
        <source>Store a word at an address.</source>
        <translation>向某地址写入一个字。</translation>
    </message>
    <message>
        <source>Stride</source>
        <translation>步距</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>TLB</source>
        <translation>TLB</translation>
    </message>
    <message>
        <source>TLB flushes</source>
        <translation>TLB 刷新</translation>
    </message>
    <message>
        <source>TLB flushes so far</source>
        <translation>至今的 TLB 刷新次数</translation>
    </message>
    <message>
        <source>TLB hit</source>
        <translation>TLB 命中</translation>
    </message>
    <message>
        <source>TLB: flush of {0} pages pending</source>
        <translation>TLB：{0} 页等待刷新</translation>
    </message>
    <message>
        <source>TLB: no flush pending</source>
        <translation>TLB：没有待刷新的页</translation>
    </message>
    <message>
        <source>TLBs and pending flushes</source>
        <translation>TLB 与待完成的刷新</translation>
    </message>
    <message>
        <source>TLBs are flushed</source>
        <translation>TLB 被刷新</translation>
    </message>
    <message>
        <source>Tables</source>
        <translation>整表</translation>
    </message>
    <message>
        <source>Take back the last operation or edit</source>
        <translation>撤销上一个操作或编辑</translation>
    </message>
    <message>
        <source>Take the operation back that did it</source>
        <translation>撤销引起它的操作</translation>
    </message>
    <message>
        <source>Take the selected operation out; those that need it are kept and marked</source>
        <translation>去掉所选操作；依赖它的操作会保留并加以标记</translation>
    </message>
    <message>
        <source>Taken back: {0}</source>
        <translation>已撤销：{0}</translation>
    </message>
    <message>
        <source>Takes free pages out of the direct map</source>
        <translation>把空闲页移出直接映射</translation>
    </message>
    <message>
        <source>Task {0}</source>
        <translation>任务 {0}</translation>
    </message>
    <message>
        <source>Text of the file</source>
        <translation>文件的内容</translation>
    </message>
    <message>
        <source>Text of the licence</source>
        <translation>许可证全文</translation>
    </message>
    <message>
        <source>That check passes: {0}. So do all others.</source>
        <translation>这项检查通过：{0}。其他的也都通过。</translation>
    </message>
    <message>
        <source>That is not what the engine does. Look at the step, and try again.</source>
        <translation>引擎不是这样做的。看看这一步，再试一次。</translation>
    </message>
    <message>
        <source>That is where {0} ends; the question is where it begins.</source>
        <translation>那是 {0} 的末尾；问的是它从哪里开始。</translation>
    </message>
    <message>
        <source>That is the physical address that {0} is mapped to; the question asks for the virtual one.</source>
        <translation>那是 {0} 所映射的物理地址；问的是虚拟地址。</translation>
    </message>
    <message>
        <source>That is the total: {0} were there before. The question is how many are added.</source>
        <translation>那是总数；之前已有 {0} 个。问的是新增多少。</translation>
    </message>
    <message>
        <source>That is the number of bytes; the question asks for pages of {0}.</source>
        <translation>那是字节数；问的是 {0} 的页数。</translation>
    </message>
    <message>
        <source>That is the number of pages; the question asks for bytes, {0} a page.</source>
        <translation>那是页数；问的是字节数，每页 {0}。</translation>
    </message>
    <message>
        <source>The TLBs are flushed</source>
        <translation>刷新 TLB</translation>
    </message>
    <message>
        <source>The access ends</source>
        <translation>访问结束</translation>
    </message>
    <message>
        <source>The answer is marked.</source>
        <translation>答案已标出。</translation>
    </message>
    <message>
        <source>The answer: {0}.</source>
        <translation>答案：{0}。</translation>
    </message>
    <message>
        <source>The area is put where it waits for a purge</source>
        <translation>区域被放到等待清理的地方</translation>
    </message>
    <message>
        <source>The beginning</source>
        <translation>开始处</translation>
    </message>
    <message>
        <source>The bits of the entry</source>
        <translation>表项的各个位</translation>
    </message>
    <message>
        <source>The end</source>
        <translation>结束处</translation>
    </message>
    <message>
        <source>The engine checked the state you built.</source>
        <translation>引擎检查了你构造的状态。</translation>
    </message>
    <message>
        <source>The engine replays it, and every field that differs is shown.</source>
        <translation>引擎将其重放，并显示每个不同的字段。</translation>
    </message>
    <message>
        <source>The engine says the same.</source>
        <translation>引擎的结果相同。</translation>
    </message>
    <message>
        <source>The engine says the same: {0}.</source>
        <translation>引擎的结果相同：{0}。</translation>
    </message>
    <message>
        <source>The goal</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>The kernel goes on.</source>
        <translation>内核继续运行。</translation>
    </message>
    <message>
        <source>The kernel has hidden the addresses. Sizes and callers are true; the order is the file’s.</source>
        <translation>内核隐藏了地址。大小和调用者是真的；顺序是文件中的顺序。</translation>
    </message>
    <message>
        <source>The kernel has stopped.</source>
        <translation>内核已停止。</translation>
    </message>
    <message>
        <source>The kernel has stopped: {0}. Step back, undo or reboot.</source>
        <translation>内核已停止：{0}。请后退、撤销或重新启动。</translation>
    </message>
    <message>
        <source>The kernel&apos;s source is not installed here.</source>
        <translation>这里没有安装内核源代码。</translation>
    </message>
    <message>
        <source>The last {0} messages. They are only in memory: nothing is written or sent.</source>
        <translation>最近 {0} 条消息。它们只在内存中：不写入文件，也不发送。</translation>
    </message>
    <message>
        <source>The last {0} steps that wrote {1}, the latest first. Enter goes to a step.</source>
        <translation>最近 {0} 个写过{1}的步骤，最新的在前。Enter 转到该步。</translation>
    </message>
    <message>
        <source>The lesson with other numbers</source>
        <translation>换一组数字上这一课</translation>
    </message>
    <message>
        <source>The most CPUs the kernel was built for; the more, the smaller is a vmap block</source>
        <translation>编译内核时允许的最大 CPU 数；越多，vmap 块越小</translation>
    </message>
    <message>
        <source>The operation of this bookmark is gone: {0}. It comes back with it.</source>
        <translation>此书签的操作已不存在：{0}。操作恢复时书签也会恢复。</translation>
    </message>
    <message>
        <source>The operations of the page are not those that this task begins with.</source>
        <translation>本页的操作不是这个任务开始时的那些。</translation>
    </message>
    <message>
        <source>The perspective of the last time</source>
        <translation>上次使用的视角</translation>
    </message>
    <message>
        <source>The program of the first start</source>
        <translation>首次启动时的程序</translation>
    </message>
    <message>
        <source>The program runs again on the new machine.</source>
        <translation>程序会在新机器上重新运行。</translation>
    </message>
    <message>
        <source>The program was changed since; run it on both machines again</source>
        <translation>此后程序有改动；请在两台机器上重新运行</translation>
    </message>
    <message>
        <source>The same operations run on this machine, too</source>
        <translation>同样的操作也在这台机器上运行</translation>
    </message>
    <message>
        <source>The section of the allocator pane</source>
        <translation>分配器窗格的部分</translation>
    </message>
    <message>
        <source>The step that others are compared with</source>
        <translation>作为比较基准的步骤</translation>
    </message>
    <message>
        <source>The whole program</source>
        <translation>整个程序</translation>
    </message>
    <message>
        <source>The whole window</source>
        <translation>整个窗口</translation>
    </message>
    <message>
        <source>The work could not be saved as {0}: {1}</source>
        <translation>无法把作业保存为 {0}：{1}</translation>
    </message>
    <message>
        <source>The work of {0} in this lab is deleted. Hand it in first if it is wanted.</source>
        <translation>{0} 在这个实验中的作业会被删除。如果还要，请先交。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Theme, language, sizes, steps, copies for recovery</source>
        <translation>主题、语言、大小、步骤、恢复用的副本</translation>
    </message>
    <message>
        <source>There are {0} leaves as well, but the largest are {1}.</source>
        <translation>也有 {0} 叶子，但最大的是 {1}。</translation>
    </message>
    <message>
        <source>There is no breakpoint: Go › Breakpoints sets one</source>
        <translation>没有断点：可在“转到 › 断点”中设置</translation>
    </message>
    <message>
        <source>There is no earlier line</source>
        <translation>没有更早的行</translation>
    </message>
    <message>
        <source>There is no later line</source>
        <translation>没有更晚的行</translation>
    </message>
    <message>
        <source>There is no operation to edit</source>
        <translation>没有可编辑的操作</translation>
    </message>
    <message>
        <source>There is no operation yet.</source>
        <translation>还没有操作。</translation>
    </message>
    <message>
        <source>There is no place to go back to</source>
        <translation>没有可返回的位置</translation>
    </message>
    <message>
        <source>There is no place to go forward to</source>
        <translation>没有可前进的位置</translation>
    </message>
    <message>
        <source>There is no solution in this file.</source>
        <translation>这个文件里没有解答。</translation>
    </message>
    <message>
        <source>There is no step to be shown</source>
        <translation>没有可显示的步骤</translation>
    </message>
    <message>
        <source>There is no step {0}: this program has steps 0 to {1}</source>
        <translation>没有第 {0} 步：此程序的步骤为 0 到 {1}</translation>
    </message>
    <message>
        <source>There is nothing to predict at the end of the program: step back first.</source>
        <translation>程序末尾没有可预测的：请先后退。</translation>
    </message>
    <message>
        <source>There is nothing to run again</source>
        <translation>没有可重做的内容</translation>
    </message>
    <message>
        <source>There is nothing to take back</source>
        <translation>没有可撤销的内容</translation>
    </message>
    <message>
        <source>These addresses are hashes, not places. Sizes and callers are true; the order is the file’s. As root, with kernel.kptr_restrict=1, the file tells where the areas lie.</source>
        <translation>这些地址是散列值，不是位置。大小和调用者是真的；顺序是文件中的顺序。以 root 身份并设 kernel.kptr_restrict=1，文件会说出区域的位置。</translation>
    </message>
    <message>
        <source>These are more than {0} steps: choose fewer</source>
        <translation>超过 {0} 步：请少选一些</translation>
    </message>
    <message>
        <source>These keys</source>
        <translation>这些按键</translation>
    </message>
    <message>
        <source>This function stands for nothing in the kernel&apos;s source</source>
        <translation>此函数在内核源代码中没有对应</translation>
    </message>
    <message>
        <source>This has not happened in this program</source>
        <translation>此程序中没有发生过</translation>
    </message>
    <message>
        <source>This is all that a report holds. Save it and give it to whoever looks into the problem, with a sentence on what you did and what you expected. vmgui sends nothing by itself.</source>
        <translation>这就是报告的全部内容。请保存它，交给查看此问题的人，并用一句话说明您做了什么、期望什么。vmgui 自己不会发送任何内容。</translation>
    </message>
    <message>
        <source>This operation</source>
        <translation>此操作</translation>
    </message>
    <message>
        <source>This page is in English only.</source>
        <translation>此页只有英文版。</translation>
    </message>
    <message>
        <source>This pane is not in sight</source>
        <translation>此窗格不可见</translation>
    </message>
    <message>
        <source>This picture shows what happens: answer the question first.</source>
        <translation>这张图会显示结果：请先回答问题。</translation>
    </message>
    <message>
        <source>This program has steps 0 to {0}</source>
        <translation>此程序的步骤为 0 到 {0}</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Throw this copy away for good</source>
        <translation>彻底丢弃此副本</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Time since the lecture began</source>
        <translation>讲授开始以来的时间</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>时间线</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>To after the running call</source>
        <translation>到正在运行的调用之后</translation>
    </message>
    <message>
        <source>To before anything happened</source>
        <translation>到任何事发生之前</translation>
    </message>
    <message>
        <source>To before the call that has just returned</source>
        <translation>到刚返回的调用之前</translation>
    </message>
    <message>
        <source>To the beat whose number was typed</source>
        <translation>到所输入编号的要点</translation>
    </message>
    <message>
        <source>To the beginning of this or the previous operation</source>
        <translation>到此操作或上一操作的开头</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>到末尾</translation>
    </message>
    <message>
        <source>To the end of this or the next operation</source>
        <translation>到此操作或下一操作的末尾</translation>
    </message>
    <message>
        <source>To the previous breakpoint</source>
        <translation>到上一个断点</translation>
    </message>
    <message>
        <source>To the previous table, huge page, refusal, flush or error</source>
        <translation>到上一个值得查看的事件</translation>
    </message>
    <message>
        <source>To the previous step that changed the selected entry, area or frame</source>
        <translation>到上一个改变所选表项、区域或页框的步骤</translation>
    </message>
    <message>
        <source>Mapped, small and huge</source>
        <translation>由小页和大页映射</translation>
    </message>
    <message>
        <source>Panes</source>
        <translation>窗格</translation>
    </message>
    <message>
        <source>To the next breakpoint</source>
        <translation>到下一个断点</translation>
    </message>
    <message>
        <source>To the next row of Real kernel</source>
        <translation>到真实内核的下一行</translation>
    </message>
    <message>
        <source>To the next row that differs</source>
        <translation>到下一个有差异的行</translation>
    </message>
    <message>
        <source>To the next step in the marked line of the source</source>
        <translation>到下一个位于源代码标记行的步骤</translation>
    </message>
    <message>
        <source>To the next step that changes the selected entry, area or frame</source>
        <translation>到下一个改变所选表项、区域或页框的步骤</translation>
    </message>
    <message>
        <source>To the next table, huge page, refusal, flush or error</source>
        <translation>到下一个页表、大页、被拒、刷新或错误</translation>
    </message>
    <message>
        <source>To the row before</source>
        <translation>到前一行</translation>
    </message>
    <message>
        <source>To the row before that differs</source>
        <translation>到前一个有差异的行</translation>
    </message>
    <message>
        <source>To the step that wrote the selected entry, area or frame, or a list of all</source>
        <translation>到写所选表项、区域或页框的步骤，或列出全部</translation>
    </message>
    <message>
        <source>To where it went from here</source>
        <translation>到此前由这里去往的位置</translation>
    </message>
    <message>
        <source>To where the play-head was before the last jump</source>
        <translation>到上次跳转之前播放头所在的位置</translation>
    </message>
    <message>
        <source>Toolbar</source>
        <translation>工具栏</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>树</translation>
    </message>
    <message>
        <source>Two machines</source>
        <translation>两台机器</translation>
    </message>
    <message>
        <source>Type a part of an action or a key</source>
        <translation>输入命令或按键的一部分</translation>
    </message>
    <message>
        <source>Type a part of an action, operation or scenario, an address or a step</source>
        <translation>输入命令、操作或场景的一部分，或者地址或步骤</translation>
    </message>
    <message>
        <source>Type an operation</source>
        <translation>输入一个操作</translation>
    </message>
    <message>
        <source>Type and rows are at {0} %</source>
        <translation>文字和行高为 {0} %</translation>
    </message>
    <message>
        <source>Type and rows at 100 %</source>
        <translation>文字和行高为 100 %</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Unlink an area and free its vm_struct.</source>
        <translation>解除一个区域的链接并释放其 vm_struct。</translation>
    </message>
    <message>
        <source>Unmap device memory.</source>
        <translation>解除设备内存的映射。</translation>
    </message>
    <message>
        <source>Unmap pages of a sparse area.</source>
        <translation>解除稀疏区域中页的映射。</translation>
    </message>
    <message>
        <source>Unmap what vmap mapped.</source>
        <translation>解除 vmap 所做的映射。</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Up to 16 neighbouring entries written in a loop are one step.</source>
        <translation>循环中写入的相邻表项，至多 16 个为一步。</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>使用整个屏幕</translation>
    </message>
    <message>
        <source>VA</source>
        <translation>VA</translation>
    </message>
    <message>
        <source>VA not aligned</source>
        <translation>VA 未对齐</translation>
    </message>
    <message>
        <source>VM_ flags joined by | (map|noguard)</source>
        <translation>以 | 连接的 VM_ 标志（map|noguard）</translation>
    </message>
    <message>
        <source>VM_ flags of the area</source>
        <translation>区域的 VM_ 标志</translation>
    </message>
    <message>
        <source>Va</source>
        <translation>VA</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Variables</source>
        <translation>变量</translation>
    </message>
    <message>
        <source>Variables of the running call</source>
        <translation>正在运行的调用的变量</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Version, licence and sources</source>
        <translation>版本、许可证和来源</translation>
    </message>
    <message>
        <source>Vmap blocks</source>
        <translation>vmap 块</translation>
    </message>
    <message>
        <source>Vmflags</source>
        <translation>VM 标志</translation>
    </message>
    <message>
        <source>Wait until background work is done.</source>
        <translation>等待后台工作完成。</translation>
    </message>
    <message>
        <source>Waits for a flush</source>
        <translation>等待刷新</translation>
    </message>
    <message>
        <source>Walk</source>
        <translation>遍历</translation>
    </message>
    <message>
        <source>Walk any address without moving the play-head</source>
        <translation>不移动播放头，遍历任意地址</translation>
    </message>
    <message>
        <source>Walk this address</source>
        <translation>遍历此地址</translation>
    </message>
    <message>
        <source>Watch purges that a failing allocation makes.</source>
        <translation>观察失败的分配所引起的清理。</translation>
    </message>
    <message>
        <source>What a real kernel did beside what the engine does</source>
        <translation>真实内核的行为与引擎的行为并排显示</translation>
    </message>
    <message>
        <source>What a real kernel did, compared with the engine field by field</source>
        <translation>真实内核的行为，与引擎逐字段对照</translation>
    </message>
    <message>
        <source>What fits</source>
        <translation>匹配项</translation>
    </message>
    <message>
        <source>What follows is shown when the exam is handed in</source>
        <translation>后面的内容在交卷之后显示</translation>
    </message>
    <message>
        <source>What happens next in {0}?</source>
        <translation>{0} 中接下来发生什么？</translation>
    </message>
    <message>
        <source>What the kernel logged</source>
        <translation>内核记录的日志</translation>
    </message>
    <message>
        <source>What the kernel was built for; a table is one page</source>
        <translation>内核编译时的页大小；一张页表占一页</translation>
    </message>
    <message>
        <source>What the operation gave</source>
        <translation>此操作给出的内容</translation>
    </message>
    <message>
        <source>What the stage shows</source>
        <translation>舞台显示什么</translation>
    </message>
    <message>
        <source>What vmgui did since it was started</source>
        <translation>vmgui 启动以来做了什么</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>出了什么问题</translation>
    </message>
    <message>
        <source>Where it has the focus</source>
        <translation>获得焦点时</translation>
    </message>
    <message>
        <source>Whether the processor has huge pages in PMD entries; x86-64 only</source>
        <translation>处理器是否支持 PMD 表项中的大页；仅 x86-64</translation>
    </message>
    <message>
        <source>Whether the processor has huge pages in PUD entries; x86-64 only</source>
        <translation>处理器是否支持 PUD 表项中的大页；仅 x86-64</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Which entry of its {0} table does {1:#x} select?</source>
        <translation>{1:#x} 选择其 {0} 表中的哪个表项？</translation>
    </message>
    <message>
        <source>Who wrote this?</source>
        <translation>是谁写的？</translation>
    </message>
    <message>
        <source>Who wrote {0}</source>
        <translation>谁写了{0}</translation>
    </message>
    <message>
        <source>Whole free tree</source>
        <translation>整棵空闲树</translation>
    </message>
    <message>
        <source>Whole range</source>
        <translation>整个范围</translation>
    </message>
    <message>
        <source>Whole ta&amp;bles</source>
        <translation>整张表(&amp;B)</translation>
    </message>
    <message>
        <source>Why is this worth coming back to?</source>
        <translation>为什么值得再回来看？</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>为什么？</translation>
    </message>
    <message>
        <source>Width of a physical address; what lies beyond does not exist</source>
        <translation>物理地址的宽度；超出的部分不存在</translation>
    </message>
    <message>
        <source>Width of a virtual address; the number of levels of page tables follows from it</source>
        <translation>虚拟地址的宽度；页表的级数由它决定</translation>
    </message>
    <message>
        <source>Widths</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Window W</source>
        <translation>窗口 W</translation>
    </message>
    <message>
        <source>Word at</source>
        <translation>字地址</translation>
    </message>
    <message>
        <source>Write the file of a lab that is handed in</source>
        <translation>写出要交的实验文件</translation>
    </message>
    <message>
        <source>Writing {0}</source>
        <translation>正在写入 {0}</translation>
    </message>
    <message>
        <source>Yes: a leaf of {0}</source>
        <translation>是：一个 {0} 的叶子</translation>
    </message>
    <message>
        <source>You learn whether it is right when you hand in.</source>
        <translation>交卷时你会知道对不对。</translation>
    </message>
    <message>
        <source>Your answer</source>
        <translation>你的答案</translation>
    </message>
    <message>
        <source>Your student id. It decides the numbers of your lab, so write it as your school does.</source>
        <translation>你的学号。它决定你的实验数字，请按学校的写法填写。</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom into the free tree</source>
        <translation>放大空闲树</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Zoom out of the free tree</source>
        <translation>缩小空闲树</translation>
    </message>
    <message>
        <source>Zoom to what is under the pointer, and back</source>
        <translation>放大指针下的内容，再按还原</translation>
    </message>
    <message>
        <source>a block: maps memory itself</source>
        <translation>块：自身映射内存</translation>
    </message>
    <message>
        <source>a condition is missing</source>
        <translation>缺少条件</translation>
    </message>
    <message>
        <source>a device&apos;s window</source>
        <translation>设备窗口</translation>
    </message>
    <message>
        <source>a directive stands at the left margin, not in a list or quotation</source>
        <translation>指令要顶格写，不能放在列表或引文里</translation>
    </message>
    <message>
        <source>a guard page</source>
        <translation>保护页</translation>
    </message>
    <message>
        <source>a kernel has KASAN or KMSAN, not both</source>
        <translation>内核只能有 KASAN 或 KMSAN，不能两者都有</translation>
    </message>
    <message>
        <source>a lab does not tell its solution</source>
        <translation>实验不给出解答</translation>
    </message>
    <message>
        <source>a leaf</source>
        <translation>叶项</translation>
    </message>
    <message>
        <source>a leaf: maps memory itself</source>
        <translation>叶项：自身映射内存</translation>
    </message>
    <message>
        <source>a lesson begins with a line of {0}, its title and {0} again</source>
        <translation>课程以一行 {0} 开头，然后是标题，再是 {0}</translation>
    </message>
    <message>
        <source>a level of page tables</source>
        <translation>页表的一级</translation>
    </message>
    <message>
        <source>a memory type must end after it begins</source>
        <translation>内存类型的结束必须在开始之后</translation>
    </message>
    <message>
        <source>a name</source>
        <translation>一个名字</translation>
    </message>
    <message>
        <source>a name has at most {0} characters</source>
        <translation>名称至多 {0} 个字符</translation>
    </message>
    <message>
        <source>a new name</source>
        <translation>一个新名称</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>一个数</translation>
    </message>
    <message>
        <source>a number has to stand here, not a text</source>
        <translation>这里必须是数字，不是文字</translation>
    </message>
    <message>
        <source>a number is compared with a text</source>
        <translation>数字与文字相比较</translation>
    </message>
    <message>
        <source>a number of pages (16 or 16p)</source>
        <translation>页数（16 或 16p）</translation>
    </message>
    <message>
        <source>a number with a leading 0 could be octal: write it without</source>
        <translation>以 0 开头的数可能是八进制：请去掉开头的 0</translation>
    </message>
    <message>
        <source>a number, or 4M</source>
        <translation>一个数字，或者 4M</translation>
    </message>
    <message>
        <source>a page</source>
        <translation>页</translation>
    </message>
    <message>
        <source>a page array, or a number of pages to allocate (16p)</source>
        <translation>页数组，或要分配的页数（16p）</translation>
    </message>
    <message>
        <source>a page that nobody may touch</source>
        <translation>任何人都不能访问的页</translation>
    </message>
    <message>
        <source>a part of the kernel; its pages are not shown</source>
        <translation>内核的一部分；其页不显示</translation>
    </message>
    <message>
        <source>a physical address (0x..., 512G)</source>
        <translation>物理地址（0x...、512G）</translation>
    </message>
    <message>
        <source>a place is missing</source>
        <translation>缺少位置</translation>
    </message>
    <message>
        <source>a predict of kind {0} needs {1}</source>
        <translation>类型为 {0} 的 predict 需要 {1}</translation>
    </message>
    <message>
        <source>a protection (kernel, ro, nocache, ...) or a number</source>
        <translation>保护属性（kernel、ro、nocache……）或一个数</translation>
    </message>
    <message>
        <source>a purge</source>
        <translation>一次清理</translation>
    </message>
    <message>
        <source>a side of the tree is entered if it holds {0} ({1})</source>
        <translation>子树中有 {0}（{1}）时才会进入</translation>
    </message>
    <message>
        <source>a single brace: write {0} for the character</source>
        <translation>单个花括号：要写这个字符请写 {0}</translation>
    </message>
    <message>
        <source>a size in bytes (4096, 64K, 4M, 2G) or in pages (16p)</source>
        <translation>大小，以字节（4096、64K、4M、2G）或页（16p）计</translation>
    </message>
    <message>
        <source>a table is in the way</source>
        <translation>已有页表</translation>
    </message>
    <message>
        <source>a task has a goal, or parts which have one each</source>
        <translation>任务要有一个 goal，或者各有一个 goal 的 parts</translation>
    </message>
    <message>
        <source>a user&apos;s area cannot be as large</source>
        <translation>用户区域不能这么大</translation>
    </message>
    <message>
        <source>a virtual address (0x..., W+4K, @name)</source>
        <translation>虚拟地址（0x...、W+4K、@名称）</translation>
    </message>
    <message>
        <source>a whole table</source>
        <translation>整张表</translation>
    </message>
    <message>
        <source>a word is written</source>
        <translation>写入一个字</translation>
    </message>
    <message>
        <source>a {0} leaf: maps {1} at {2}, frame {3} ({4})</source>
        <translation>{0} 叶项：映射 {2} 处的 {1}，页框 {3}（{4}）</translation>
    </message>
    <message>
        <source>about {0} min</source>
        <translation>约 {0} 分钟</translation>
    </message>
    <message>
        <source>action</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>added</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>address of {0}</source>
        <translation>{0} 的地址</translation>
    </message>
    <message>
        <source>after 10 seconds</source>
        <translation>10 秒之后</translation>
    </message>
    <message>
        <source>after a minute</source>
        <translation>一分钟之后</translation>
    </message>
    <message>
        <source>after every operation</source>
        <translation>每个操作之后</translation>
    </message>
    <message>
        <source>aligned to {0} it does not fit</source>
        <translation>按 {0} 对齐后放不下</translation>
    </message>
    <message>
        <source>alignment in bytes</source>
        <translation>对齐字节数</translation>
    </message>
    <message>
        <source>all 1</source>
        <translation>全为 1</translation>
    </message>
    <message>
        <source>all 1: the kernel&apos;s tables</source>
        <translation>全为 1：内核的页表</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>整个</translation>
    </message>
    <message>
        <source>allocation flags joined by | (kernel|zero)</source>
        <translation>以 | 连接的分配标志（kernel|zero）</translation>
    </message>
    <message>
        <source>allocation to resize</source>
        <translation>要改变大小的分配</translation>
    </message>
    <message>
        <source>an address has to stand here, not a text</source>
        <translation>这里必须是地址，不是文字</translation>
    </message>
    <message>
        <source>an answer has at most {0} characters</source>
        <translation>答案最多 {0} 个字符</translation>
    </message>
    <message>
        <source>an answer is computed, not written: {0!r} has no name in it</source>
        <translation>答案要计算而不是写死：{0!r} 里没有名字</translation>
    </message>
    <message>
        <source>an area</source>
        <translation>一个区域</translation>
    </message>
    <message>
        <source>an array of pages</source>
        <translation>一个页数组</translation>
    </message>
    <message>
        <source>an empty line</source>
        <translation>空行</translation>
    </message>
    <message>
        <source>an object</source>
        <translation>一个对象</translation>
    </message>
    <message>
        <source>an operation after the crash</source>
        <translation>崩溃之后还有操作</translation>
    </message>
    <message>
        <source>an operation is missing</source>
        <translation>缺少操作</translation>
    </message>
    <message>
        <source>an operation is one line of at most {0} characters</source>
        <translation>一个操作是一行，最多 {0} 个字符</translation>
    </message>
    <message>
        <source>an operation or a name has to stand here, not {0!r}</source>
        <translation>此处应为操作或名称，而不是 {0!r}</translation>
    </message>
    <message>
        <source>an ordinary page</source>
        <translation>普通页</translation>
    </message>
    <message>
        <source>and this long</source>
        <translation>且有这么长</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>还有 {0} 个</translation>
    </message>
    <message>
        <source>and {0} more areas</source>
        <translation>还有 {0} 个区域</translation>
    </message>
    <message>
        <source>and {0} more gaps</source>
        <translation>还有 {0} 个空隙</translation>
    </message>
    <message>
        <source>and {0} more that are only counted</source>
        <translation>还有 {0} 个只计数</translation>
    </message>
    <message>
        <source>architecture {0!r} is not known: use {1}</source>
        <translation>未知的体系结构 {0!r}：请用 {1}</translation>
    </message>
    <message>
        <source>area</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>area to map into</source>
        <translation>要映射到的区域</translation>
    </message>
    <message>
        <source>area {0}</source>
        <translation>区域 {0}</translation>
    </message>
    <message>
        <source>areas</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>areas at the end</source>
        <translation>结束时的区域</translation>
    </message>
    <message>
        <source>areas below</source>
        <translation>以下是区域</translation>
    </message>
    <message>
        <source>areas purged</source>
        <translation>已清理的区域</translation>
    </message>
    <message>
        <source>as</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>as below</source>
        <translation>如下</translation>
    </message>
    <message>
        <source>at its left edge</source>
        <translation>在其左边缘</translation>
    </message>
    <message>
        <source>at its right edge</source>
        <translation>在其右边缘</translation>
    </message>
    <message>
        <source>at no edge</source>
        <translation>不在边缘</translation>
    </message>
    <message>
        <source>at {0:#x}</source>
        <translation>在 {0:#x}</translation>
    </message>
    <message>
        <source>at: {0}</source>
        <translation>位于：{0}</translation>
    </message>
    <message>
        <source>back at {0}</source>
        <translation>回到 {0}</translation>
    </message>
    <message>
        <source>bad</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>before the first page: a page begins with a heading of level 2</source>
        <translation>在第一页之前：一页以二级标题开头</translation>
    </message>
    <message>
        <source>before you go on</source>
        <translation>继续之前</translation>
    </message>
    <message>
        <source>being purged</source>
        <translation>正在清理</translation>
    </message>
    <message>
        <source>below vstart</source>
        <translation>低于 vstart</translation>
    </message>
    <message>
        <source>binary</source>
        <translation>二进制</translation>
    </message>
    <message>
        <source>binary logarithm of the largest leaf; that of a page</source>
        <translation>最大叶项的二进制对数；默认为页的</translation>
    </message>
    <message>
        <source>bits {0}</source>
        <translation>第 {0} 位</translation>
    </message>
    <message>
        <source>black</source>
        <translation>黑</translation>
    </message>
    <message>
        <source>boot</source>
        <translation>启动时</translation>
    </message>
    <message>
        <source>booted with nohugeiomap: max_page_shift is {0}</source>
        <translation>以 nohugeiomap 启动：max_page_shift 为 {0}</translation>
    </message>
    <message>
        <source>booted with nohugevmalloc</source>
        <translation>以 nohugevmalloc 启动</translation>
    </message>
    <message>
        <source>both sides scroll and sort together</source>
        <translation>两侧一起滚动和排序</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>busy areas at the end, by address</source>
        <translation>结束时使用中的区域，按地址排列</translation>
    </message>
    <message>
        <source>by fallback</source>
        <translation>经由回退</translation>
    </message>
    <message>
        <source>by the TLB only</source>
        <translation>仅经由 TLB</translation>
    </message>
    <message>
        <source>bytes a CPU</source>
        <translation>每个 CPU 的字节数</translation>
    </message>
    <message>
        <source>bytes from one frame to the next; a page</source>
        <translation>相邻页框之间的字节数；默认一页</translation>
    </message>
    <message>
        <source>bytes to allocate; rounded up to pages</source>
        <translation>要分配的字节数；向上取整到页</translation>
    </message>
    <message>
        <source>bytes to map</source>
        <translation>要映射的字节数</translation>
    </message>
    <message>
        <source>call</source>
        <translation>调用</translation>
    </message>
    <message>
        <source>cases in the order of the table (sequential_test_order)</source>
        <translation>按表中顺序执行用例（sequential_test_order）</translation>
    </message>
    <message>
        <source>change to {0}</source>
        <translation>改为 {0}</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已变</translation>
    </message>
    <message>
        <source>checks of {0}, in order</source>
        <translation>{0} 的检查，按顺序</translation>
    </message>
    <message>
        <source>clean for the kernel</source>
        <translation>对内核而言干净</translation>
    </message>
    <message>
        <source>cleared now, TLB flushed later: a CPU may still use what it remembers</source>
        <translation>现在清除，以后刷新 TLB：CPU 可能仍使用它所记住的内容</translation>
    </message>
    <message>
        <source>climbs</source>
        <translation>向上回溯</translation>
    </message>
    <message>
        <source>clock ticks</source>
        <translation>时钟滴答数</translation>
    </message>
    <message>
        <source>code may run here</source>
        <translation>此处可以执行代码</translation>
    </message>
    <message>
        <source>collapsed subtree: {0}, max {1}</source>
        <translation>折起的子树：{0}，最大 {1}</translation>
    </message>
    <message>
        <source>column {0}</source>
        <translation>第 {0} 列</translation>
    </message>
    <message>
        <source>contig: one block; rev: it, descending; scatter: never adjacent</source>
        <translation>contig：一整块；rev：一整块，倒序；scatter：互不相邻</translation>
    </message>
    <message>
        <source>copies of bit {0}</source>
        <translation>第 {0} 位的副本</translation>
    </message>
    <message>
        <source>current</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>damaged gzip data: {0}</source>
        <translation>gzip 数据已损坏：{0}</translation>
    </message>
    <message>
        <source>debug_pagealloc: faults at once</source>
        <translation>debug_pagealloc：立即缺页</translation>
    </message>
    <message>
        <source>debugobjects: freed while in use</source>
        <translation>debugobjects：使用中被释放</translation>
    </message>
    <message>
        <source>decimal</source>
        <translation>十进制</translation>
    </message>
    <message>
        <source>delete {0}</source>
        <translation>删除 {0}</translation>
    </message>
    <message>
        <source>devices</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>did not run</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>did you mean: {0}</source>
        <translation>您是不是想写：{0}</translation>
    </message>
    <message>
        <source>different: both have it, a field differs</source>
        <translation>不同：两者都有，但某个字段不同</translation>
    </message>
    <message>
        <source>differs</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>direct map</source>
        <translation>直接映射</translation>
    </message>
    <message>
        <source>directive</source>
        <translation>指令</translation>
    </message>
    <message>
        <source>dirty for the kernel</source>
        <translation>对内核而言脏</translation>
    </message>
    <message>
        <source>dirty range: pages {0} to {1}</source>
        <translation>脏范围：第 {0} 到 {1} 页</translation>
    </message>
    <message>
        <source>dirty, flushed</source>
        <translation>脏，已刷新</translation>
    </message>
    <message>
        <source>dirty, to be flushed</source>
        <translation>脏，待刷新</translation>
    </message>
    <message>
        <source>division by 0</source>
        <translation>除以 0</translation>
    </message>
    <message>
        <source>does it fit here?</source>
        <translation>这里放得下吗？</translation>
    </message>
    <message>
        <source>does not hold{0}</source>
        <translation>不成立{0}</translation>
    </message>
    <message>
        <source>double-click or Enter zooms in</source>
        <translation>双击或按 Enter 放大</translation>
    </message>
    <message>
        <source>editing operation {0}</source>
        <translation>正在编辑操作 {0}</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>empty: a walk ends here, and a touch faults</source>
        <translation>空：遍历在此结束，访问会缺页</translation>
    </message>
    <message>
        <source>empty: the guard page of {0}</source>
        <translation>空：{0} 的保护页</translation>
    </message>
    <message>
        <source>empty: the table in frame {0:x} was taken off</source>
        <translation>空：页帧 {0:x} 中的表已被摘下</translation>
    </message>
    <message>
        <source>end</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>end of the range allowed (exclusive)</source>
        <translation>允许范围的末尾（不含）</translation>
    </message>
    <message>
        <source>end: {0!r} ≠ {1!r}</source>
        <translation>末尾：{0!r} ≠ {1!r}</translation>
    </message>
    <message>
        <source>ends too early: no end record, and no crash before it</source>
        <translation>过早结束：没有 end 记录，之前也没有崩溃</translation>
    </message>
    <message>
        <source>ends too early: run, boot and state come first</source>
        <translation>过早结束：前面应有 run、boot 和 state</translation>
    </message>
    <message>
        <source>engine only</source>
        <translation>仅引擎</translation>
    </message>
    <message>
        <source>engine only: not in the recording</source>
        <translation>仅引擎：录制中没有</translation>
    </message>
    <message>
        <source>engine v6.12 · vmgui {0}</source>
        <translation>engine v6.12 · vmgui {0}</translation>
    </message>
    <message>
        <source>entry as</source>
        <translation>等同于</translation>
    </message>
    <message>
        <source>entry in use</source>
        <translation>表项已占用</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>events compared</source>
        <translation>已比较的事件</translation>
    </message>
    <message>
        <source>every word is a step: no more than 16M are filled at a time</source>
        <translation>每个字都是一步：一次至多填写 16M</translation>
    </message>
    <message>
        <source>expected an op record here</source>
        <translation>此处应为 op 记录</translation>
    </message>
    <message>
        <source>expected the {0} record here</source>
        <translation>此处应为 {0} 记录</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>failed: {0}</source>
        <translation>失败：{0}</translation>
    </message>
    <message>
        <source>fault</source>
        <translation>缺页</translation>
    </message>
    <message>
        <source>fields compared</source>
        <translation>已比较的字段</translation>
    </message>
    <message>
        <source>file</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>first page of &lt;b&gt;{0}&lt;/b&gt;</source>
        <translation>&lt;b&gt;{0}&lt;/b&gt; 的首页</translation>
    </message>
    <message>
        <source>first page of the area to show</source>
        <translation>要显示的区域首页</translation>
    </message>
    <message>
        <source>first page of the array</source>
        <translation>数组的首页</translation>
    </message>
    <message>
        <source>first virtual address</source>
        <translation>首个虚拟地址</translation>
    </message>
    <message>
        <source>first virtual address; the area&apos;s</source>
        <translation>首个虚拟地址；默认为区域的起始</translation>
    </message>
    <message>
        <source>fits</source>
        <translation>放得下</translation>
    </message>
    <message>
        <source>fix_size_alloc_test calls vmalloc_huge (use_huge)</source>
        <translation>fix_size_alloc_test 调用 vmalloc_huge（use_huge）</translation>
    </message>
    <message>
        <source>flags</source>
        <translation>标志</translation>
    </message>
    <message>
        <source>flags are joined by &apos;|&apos;</source>
        <translation>标志用 &apos;|&apos; 连接</translation>
    </message>
    <message>
        <source>flags of each: {0}</source>
        <translation>每个的标志：{0}</translation>
    </message>
    <message>
        <source>flush</source>
        <translation>刷新</translation>
    </message>
    <message>
        <source>folded</source>
        <translation>折叠</translation>
    </message>
    <message>
        <source>folded: same entry</source>
        <translation>折叠：同一表项</translation>
    </message>
    <message>
        <source>folded: the same entry</source>
        <translation>折叠：同一表项</translation>
    </message>
    <message>
        <source>font</source>
        <translation>字体</translation>
    </message>
    <message>
        <source>for the kernel only</source>
        <translation>仅供内核使用</translation>
    </message>
    <message>
        <source>found</source>
        <translation>找到</translation>
    </message>
    <message>
        <source>fragmentation must be 0 to 100 percent</source>
        <translation>碎片率必须为百分之 0 到 100</translation>
    </message>
    <message>
        <source>frame {0:#x} was given back already</source>
        <translation>页框 {0:#x} 已经归还过</translation>
    </message>
    <message>
        <source>frames</source>
        <translation>页框</translation>
    </message>
    <message>
        <source>free</source>
        <translation>空闲</translation>
    </message>
    <message>
        <source>free afterwards: {0}</source>
        <translation>之后空闲：{0}</translation>
    </message>
    <message>
        <source>free blocks</source>
        <translation>空闲块</translation>
    </message>
    <message>
        <source>free for the kernel, unused</source>
        <translation>留给内核，未使用</translation>
    </message>
    <message>
        <source>free range · {0}</source>
        <translation>空闲范围 · {0}</translation>
    </message>
    <message>
        <source>free ranges</source>
        <translation>空闲范围</translation>
    </message>
    <message>
        <source>free {0} · {1}</source>
        <translation>空闲 {0} · {1}</translation>
    </message>
    <message>
        <source>free: {0}</source>
        <translation>空闲：{0}</translation>
    </message>
    <message>
        <source>freed</source>
        <translation>已释放</translation>
    </message>
    <message>
        <source>freed, not yet flushed</source>
        <translation>已释放，尚未刷新</translation>
    </message>
    <message>
        <source>from one that fails to the next</source>
        <translation>从一次失败到下一次失败的间隔</translation>
    </message>
    <message>
        <source>full, in no queue</source>
        <translation>已满，不在任何队列中</translation>
    </message>
    <message>
        <source>gap {0}: {1} fits {2}: at {3}</source>
        <translation>空隙 {0}：{1} 放得下 {2}：位于 {3}</translation>
    </message>
    <message>
        <source>gap {0}: {1} has no room at a multiple of {2}</source>
        <translation>空隙 {0}：{1} 在 {2} 的倍数处没有空间</translation>
    </message>
    <message>
        <source>gap {0}: {1} has {2}, too little for {3}</source>
        <translation>空隙 {0}：{1} 只有 {2}，不足 {3}</translation>
    </message>
    <message>
        <source>gap {0}: {1} lies too low: the search begins at {2}</source>
        <translation>空隙 {0}：{1} 位置太低：搜索从 {2} 开始</translation>
    </message>
    <message>
        <source>global</source>
        <translation>全局</translation>
    </message>
    <message>
        <source>global: kept in the TLB when the process changes</source>
        <translation>全局：切换进程时仍保留在 TLB 中</translation>
    </message>
    <message>
        <source>goes left</source>
        <translation>向左</translation>
    </message>
    <message>
        <source>goes right</source>
        <translation>向右</translation>
    </message>
    <message>
        <source>grade this by hand</source>
        <translation>请人工评分</translation>
    </message>
    <message>
        <source>guard</source>
        <translation>保护</translation>
    </message>
    <message>
        <source>guard page</source>
        <translation>保护页</translation>
    </message>
    <message>
        <source>guard page of {0}</source>
        <translation>{0} 的保护页</translation>
    </message>
    <message>
        <source>guard page of {0}, never mapped</source>
        <translation>{0} 的保护页，从不映射</translation>
    </message>
    <message>
        <source>guard pages are widened above; the lens is to scale</source>
        <translation>上图中保护页已加宽；放大镜按比例</translation>
    </message>
    <message>
        <source>has come back to its block, and is flushed by vm_unmap_aliases</source>
        <translation>已回到其块中，由 vm_unmap_aliases 刷新</translation>
    </message>
    <message>
        <source>hex</source>
        <translation>十六进制</translation>
    </message>
    <message>
        <source>history</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>how many areas at once</source>
        <translation>同时有多少个区域</translation>
    </message>
    <message>
        <source>how many fail</source>
        <translation>失败多少次</translation>
    </message>
    <message>
        <source>how many steps</source>
        <translation>多少步</translation>
    </message>
    <message>
        <source>how memory may be allocated</source>
        <translation>可以怎样分配内存</translation>
    </message>
    <message>
        <source>how often</source>
        <translation>次数</translation>
    </message>
    <message>
        <source>how often a case is run (test_repeat_count)</source>
        <translation>每个用例运行的次数（test_repeat_count）</translation>
    </message>
    <message>
        <source>huge</source>
        <translation>大页</translation>
    </message>
    <message>
        <source>huge page refused</source>
        <translation>大页被拒</translation>
    </message>
    <message>
        <source>huge page refused: {0}</source>
        <translation>大页被拒：{0}</translation>
    </message>
    <message>
        <source>huge page tried</source>
        <translation>尝试大页</translation>
    </message>
    <message>
        <source>huge pages could not be had: the second try takes single pages</source>
        <translation>得不到大页：第二次尝试改用单页</translation>
    </message>
    <message>
        <source>identical</source>
        <translation>一致</translation>
    </message>
    <message>
        <source>identical {0}/{1}</source>
        <translation>一致 {0}/{1}</translation>
    </message>
    <message>
        <source>identical: every field agrees</source>
        <translation>一致：所有字段都相同</translation>
    </message>
    <message>
        <source>ignored here</source>
        <translation>在此被忽略</translation>
    </message>
    <message>
        <source>in a pool</source>
        <translation>在池中</translation>
    </message>
    <message>
        <source>in the hash of CPU {0}</source>
        <translation>在 CPU {0} 的散列表中</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>已使用</translation>
    </message>
    <message>
        <source>in {0}</source>
        <translation>在 {0} 中</translation>
    </message>
    <message>
        <source>in {0} nothing happens that is called {1!r}</source>
        <translation>{0} 中没有名为 {1!r} 的事件</translation>
    </message>
    <message>
        <source>init_mm · {0} tables, {1}</source>
        <translation>init_mm · {0} 张表，{1}</translation>
    </message>
    <message>
        <source>insert {0}</source>
        <translation>插入 {0}</translation>
    </message>
    <message>
        <source>it does not lie inside</source>
        <translation>不在其内部</translation>
    </message>
    <message>
        <source>it is not known whose file this is</source>
        <translation>不知道这是谁的文件</translation>
    </message>
    <message>
        <source>it is only {0} long</source>
        <translation>它只有 {0} 长</translation>
    </message>
    <message>
        <source>it must be 1 to {0}</source>
        <translation>必须为 1 到 {0}</translation>
    </message>
    <message>
        <source>it takes at least one slot and one page</source>
        <translation>至少需要一个槽位和一页</translation>
    </message>
    <message>
        <source>it takes nothing</source>
        <translation>它不带参数</translation>
    </message>
    <message>
        <source>it takes {0}</source>
        <translation>它的参数为 {0}</translation>
    </message>
    <message>
        <source>its area</source>
        <translation>其区域</translation>
    </message>
    <message>
        <source>its first word links to the next</source>
        <translation>其第一个字链接到下一个</translation>
    </message>
    <message>
        <source>its operation is gone</source>
        <translation>其操作已不存在</translation>
    </message>
    <message>
        <source>its piece came back: until vm_unmap_aliases</source>
        <translation>其片段已归还：直到 vm_unmap_aliases</translation>
    </message>
    <message>
        <source>its right side has been looked at</source>
        <translation>其右侧已查看过</translation>
    </message>
    <message>
        <source>its table stays: to free it, a page is needed that could not be had</source>
        <translation>其页表保留：释放它需要一页，但得不到</translation>
    </message>
    <message>
        <source>its tables stay: the kernel has no way to free them here</source>
        <translation>其页表保留：内核在这里无法释放它们</translation>
    </message>
    <message>
        <source>its translation {0} is missing</source>
        <translation>缺少它的翻译 {0}</translation>
    </message>
    <message>
        <source>jumps may land anywhere</source>
        <translation>可跳转到任何位置</translation>
    </message>
    <message>
        <source>jumps must land on marks</source>
        <translation>只能跳转到标记处</translation>
    </message>
    <message>
        <source>kernel</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>kernel image</source>
        <translation>内核映像</translation>
    </message>
    <message>
        <source>kernel only</source>
        <translation>仅内核</translation>
    </message>
    <message>
        <source>kernel only: the engine did not produce it</source>
        <translation>仅内核：引擎没有产生它</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>kmemleak: lost memory</source>
        <translation>kmemleak：丢失的内存</translation>
    </message>
    <message>
        <source>larger than the caller allows</source>
        <translation>大于调用者所允许</translation>
    </message>
    <message>
        <source>largest area in pages</source>
        <translation>最大区域的页数</translation>
    </message>
    <message>
        <source>largest {0}</source>
        <translation>最大 {0}</translation>
    </message>
    <message>
        <source>later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>lazily freed</source>
        <translation>惰性释放</translation>
    </message>
    <message>
        <source>lazily freed areas: until the purge</source>
        <translation>惰性释放的区域：直到清理</translation>
    </message>
    <message>
        <source>lazily freed: not reusable before a TLB flush</source>
        <translation>惰性释放：TLB 刷新之前不能重用</translation>
    </message>
    <message>
        <source>lazy {0} / {1} pages</source>
        <translation>惰性 {0} / {1} 页</translation>
    </message>
    <message>
        <source>lazy: {0} of {1} pages wait for a purge</source>
        <translation>惰性：{0} / {1} 页等待清理</translation>
    </message>
    <message>
        <source>leads to a table</source>
        <translation>指向页表</translation>
    </message>
    <message>
        <source>leads to the table in frame {0:x}, {1} of {2} entries in use</source>
        <translation>指向页框 {0:x} 中的页表，已用 {1} / {2} 个表项</translation>
    </message>
    <message>
        <source>leads to the table in frame {pfn:x}</source>
        <translation>指向页框 {pfn:x} 中的页表</translation>
    </message>
    <message>
        <source>leads to the {0} table at {1}, frame {2}</source>
        <translation>指向 {1} 处的 {0} 表，页框 {2}</translation>
    </message>
    <message>
        <source>leaves installed</source>
        <translation>已建立的叶项</translation>
    </message>
    <message>
        <source>left is below vstart</source>
        <translation>左侧低于 vstart</translation>
    </message>
    <message>
        <source>left of here all lies below vstart</source>
        <translation>左侧全部低于 vstart</translation>
    </message>
    <message>
        <source>left there is only {0}, {1} is needed</source>
        <translation>左侧只有 {0}，需要 {1}</translation>
    </message>
    <message>
        <source>left there is {0}, {1} is needed</source>
        <translation>左侧有 {0}，需要 {1}</translation>
    </message>
    <message>
        <source>left {0} &lt; {1}</source>
        <translation>左 {0} &lt; {1}</translation>
    </message>
    <message>
        <source>left {0} ≥ {1}</source>
        <translation>左 {0} ≥ {1}</translation>
    </message>
    <message>
        <source>length of the range</source>
        <translation>范围的长度</translation>
    </message>
    <message>
        <source>length; the area&apos;s without its guard page</source>
        <translation>长度；默认为不含保护页的区域长度</translation>
    </message>
    <message>
        <source>lessons checked: {0}, errors: {1}</source>
        <translation>已检查课程：{0}，错误：{1}</translation>
    </message>
    <message>
        <source>levels</source>
        <translation>级数</translation>
    </message>
    <message>
        <source>limits for everything below</source>
        <translation>对其下所有内容的限制</translation>
    </message>
    <message>
        <source>line</source>
        <translation>行</translation>
    </message>
    <message>
        <source>line {0}</source>
        <translation>第 {0} 行</translation>
    </message>
    <message>
        <source>line {0}: {1}</source>
        <translation>第 {0} 行：{1}</translation>
    </message>
    <message>
        <source>lines of the script and what they returned</source>
        <translation>脚本的各行及其返回值</translation>
    </message>
    <message>
        <source>log scale</source>
        <translation>对数刻度</translation>
    </message>
    <message>
        <source>log: only watch; freed_once: claim once to have freed</source>
        <translation>log：只观察；freed_once：谎称释放过一次</translation>
    </message>
    <message>
        <source>longer than {0} KB: nobody hands in so much</source>
        <translation>超过 {0} KB：没有人会交这么多</translation>
    </message>
    <message>
        <source>longer than {0} MB: this is no class list</source>
        <translation>超过 {0} MB：这不是班级名单</translation>
    </message>
    <message>
        <source>longer than {0} MB: this is no document</source>
        <translation>超过 {0} MB：这不是文档</translation>
    </message>
    <message>
        <source>longer than {0} MB: this is no lesson</source>
        <translation>超过 {0} MB：这不是课程</translation>
    </message>
    <message>
        <source>longer than {0} MiB</source>
        <translation>超过 {0} MiB</translation>
    </message>
    <message>
        <source>longer than {0} characters</source>
        <translation>超过 {0} 个字符</translation>
    </message>
    <message>
        <source>longer than {0} characters with its parameters filled in</source>
        <translation>填入参数后超过 {0} 个字符</translation>
    </message>
    <message>
        <source>look: a number has to stand here, not a text</source>
        <translation>look：这里必须是数字，不是文字</translation>
    </message>
    <message>
        <source>looking at {0}</source>
        <translation>查看 {0}</translation>
    </message>
    <message>
        <source>looks here</source>
        <translation>查看这里</translation>
    </message>
    <message>
        <source>lowest address allowed</source>
        <translation>允许的最低地址</translation>
    </message>
    <message>
        <source>malformed entry</source>
        <translation>格式错误的表项</translation>
    </message>
    <message>
        <source>malformed: bits are set that must be 0; it would lead to {0}</source>
        <translation>格式错误：有必须为 0 的位被置位；否则它指向 {0}</translation>
    </message>
    <message>
        <source>mapped</source>
        <translation>已映射</translation>
    </message>
    <message>
        <source>maps frame {pfn:x}</source>
        <translation>映射页框 {pfn:x}</translation>
    </message>
    <message>
        <source>maps memory</source>
        <translation>映射内存</translation>
    </message>
    <message>
        <source>match</source>
        <translation>对照</translation>
    </message>
    <message>
        <source>max {0}</source>
        <translation>最大 {0}</translation>
    </message>
    <message>
        <source>may be read</source>
        <translation>可读</translation>
    </message>
    <message>
        <source>may be written</source>
        <translation>可写</translation>
    </message>
    <message>
        <source>may not be read</source>
        <translation>不可读</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>memory node to try first</source>
        <translation>首先尝试的内存节点</translation>
    </message>
    <message>
        <source>memory of a device</source>
        <translation>设备内存</translation>
    </message>
    <message>
        <source>memory type from the lower half</source>
        <translation>内存类型取自低半部分</translation>
    </message>
    <message>
        <source>memory type from the upper half of the PAT</source>
        <translation>内存类型取自 PAT 的高半部分</translation>
    </message>
    <message>
        <source>memory type {0}</source>
        <translation>内存类型 {0}</translation>
    </message>
    <message>
        <source>memory type {0} from {1} to {2}</source>
        <translation>内存类型 {0}，从 {1} 到 {2}</translation>
    </message>
    <message>
        <source>memory type, line {0}: the end is not above the start</source>
        <translation>内存类型，第 {0} 行：结束不大于开始</translation>
    </message>
    <message>
        <source>memory type, line {0}: write start end type, such as 0x0 0xa0000 WB</source>
        <translation>内存类型，第 {0} 行：请写 起始 结束 类型，例如 0x0 0xa0000 WB</translation>
    </message>
    <message>
        <source>memory types differ within it</source>
        <translation>其中的内存类型不同</translation>
    </message>
    <message>
        <source>modules</source>
        <translation>模块</translation>
    </message>
    <message>
        <source>more than {0} blocks</source>
        <translation>超过 {0} 个块</translation>
    </message>
    <message>
        <source>more than {0} characters of text in one piece: make pages of it</source>
        <translation>一段文字超过 {0} 个字符：请分成几页</translation>
    </message>
    <message>
        <source>more than {0} chips</source>
        <translation>超过 {0} 个按钮</translation>
    </message>
    <message>
        <source>more than {0} expressions: too many for a lesson</source>
        <translation>超过 {0} 个表达式：一课容纳不下</translation>
    </message>
    <message>
        <source>more than {0} machines are booted: too many for a lesson</source>
        <translation>启动了超过 {0} 台机器：一课容纳不下</translation>
    </message>
    <message>
        <source>more than {0} operations</source>
        <translation>超过 {0} 个操作</translation>
    </message>
    <message>
        <source>more than {0} operations: too many for a lesson</source>
        <translation>超过 {0} 个操作：一课容纳不下</translation>
    </message>
    <message>
        <source>more than {0} pages</source>
        <translation>超过 {0} 页</translation>
    </message>
    <message>
        <source>more than {0} steps take too long</source>
        <translation>超过 {0} 步耗时太长</translation>
    </message>
    <message>
        <source>more than {0} take too long</source>
        <translation>超过 {0} 耗时太长</translation>
    </message>
    <message>
        <source>more than {0} tasks or answers</source>
        <translation>超过 {0} 个任务或答案</translation>
    </message>
    <message>
        <source>move {0}</source>
        <translation>移动 {0}</translation>
    </message>
    <message>
        <source>must be 0</source>
        <translation>必须为 0</translation>
    </message>
    <message>
        <source>must be 0 here</source>
        <translation>在此必须为 0</translation>
    </message>
    <message>
        <source>must be 0: no processor maps so much at once</source>
        <translation>必须为 0：没有处理器一次映射这么多</translation>
    </message>
    <message>
        <source>must be 0: this entry is malformed</source>
        <translation>必须为 0：此表项格式错误</translation>
    </message>
    <message>
        <source>name for the result</source>
        <translation>结果的名称</translation>
    </message>
    <message>
        <source>name of an object</source>
        <translation>对象的名称</translation>
    </message>
    <message>
        <source>names of objects</source>
        <translation>对象的名称（可多个）</translation>
    </message>
    <message>
        <source>neither its name nor its folder says whose this file is</source>
        <translation>文件名和文件夹都没有说明这是谁的文件</translation>
    </message>
    <message>
        <source>nested deeper than {0} levels</source>
        <translation>嵌套超过 {0} 层</translation>
    </message>
    <message>
        <source>nested too deeply, or a number too long, to be a document</source>
        <translation>嵌套太深或数字太长，不是文档</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>never used</source>
        <translation>从未使用</translation>
    </message>
    <message>
        <source>never used: the first touch faults</source>
        <translation>从未使用：首次访问会缺页</translation>
    </message>
    <message>
        <source>never written</source>
        <translation>从未写入</translation>
    </message>
    <message>
        <source>next: a table of PTEs</source>
        <translation>下一步：PTE 表</translation>
    </message>
    <message>
        <source>next: allocate a table, write {0} PTEs</source>
        <translation>下一步：分配页表，写 {0} 个 PTE</translation>
    </message>
    <message>
        <source>next: line {0}</source>
        <translation>下一步：第 {0} 行</translation>
    </message>
    <message>
        <source>next: the loop goes on at {0}</source>
        <translation>接下来：循环从 {0} 继续</translation>
    </message>
    <message>
        <source>next: the whole range is mapped, the loop ends</source>
        <translation>接下来：整个范围已映射，循环结束</translation>
    </message>
    <message>
        <source>no RAM here</source>
        <translation>此处没有 RAM</translation>
    </message>
    <message>
        <source>no RAM: a PC has its devices here</source>
        <translation>没有 RAM：PC 的设备位于这里</translation>
    </message>
    <message>
        <source>no areas below it</source>
        <translation>其下没有区域</translation>
    </message>
    <message>
        <source>no areas in its pools</source>
        <translation>其池中没有区域</translation>
    </message>
    <message>
        <source>no busy areas</source>
        <translation>没有使用中的区域</translation>
    </message>
    <message>
        <source>no code may run here</source>
        <translation>此处不能执行代码</translation>
    </message>
    <message>
        <source>no file here is called NAME.en.md or NAME.zh.md</source>
        <translation>这里没有名为 NAME.en.md 或 NAME.zh.md 的文件</translation>
    </message>
    <message>
        <source>no free addresses</source>
        <translation>没有空闲地址</translation>
    </message>
    <message>
        <source>no frees are deferred</source>
        <translation>没有推迟的释放</translation>
    </message>
    <message>
        <source>no guard</source>
        <translation>无保护页</translation>
    </message>
    <message>
        <source>no lazily freed areas</source>
        <translation>没有惰性释放的区域</translation>
    </message>
    <message>
        <source>no line of this is one of /proc/vmallocinfo</source>
        <translation>其中没有一行是 /proc/vmallocinfo 的内容</translation>
    </message>
    <message>
        <source>no machine</source>
        <translation>没有机器</translation>
    </message>
    <message>
        <source>no machine is running</source>
        <translation>没有正在运行的机器</translation>
    </message>
    <message>
        <source>no more than 4M are read at a time</source>
        <translation>一次至多读取 4M</translation>
    </message>
    <message>
        <source>no operation makes {0!r}</source>
        <translation>没有操作产生 {0!r}</translation>
    </message>
    <message>
        <source>no page</source>
        <translation>没有页</translation>
    </message>
    <message>
        <source>no path reaches this page</source>
        <translation>没有路径通向这一页</translation>
    </message>
    <message>
        <source>no recordings (BOOT/SCENARIO.jsonl.gz) in this folder</source>
        <translation>此文件夹中没有录制（BOOT/SCENARIO.jsonl.gz）</translation>
    </message>
    <message>
        <source>no stage can be drawn before the first operation</source>
        <translation>第一个操作之前画不出舞台</translation>
    </message>
    <message>
        <source>no step yet</source>
        <translation>还没有步骤</translation>
    </message>
    <message>
        <source>no such file or folder</source>
        <translation>没有这样的文件或文件夹</translation>
    </message>
    <message>
        <source>no table translates this address</source>
        <translation>没有页表翻译此地址</translation>
    </message>
    <message>
        <source>no vmap blocks</source>
        <translation>没有 vmap 块</translation>
    </message>
    <message>
        <source>no vmap blocks: vm_map_ram makes them</source>
        <translation>没有 vmap 块：vm_map_ram 会建立它们</translation>
    </message>
    <message>
        <source>no work is queued</source>
        <translation>没有排队的工作</translation>
    </message>
    <message>
        <source>nobody asks for a {0} leaf in this operation</source>
        <translation>这个操作中没有人请求 {0} 叶子</translation>
    </message>
    <message>
        <source>nobody asks for a {0} leaf: {1}</source>
        <translation>没有人请求 {0} 叶子：{1}</translation>
    </message>
    <message>
        <source>nobody reads on this CPU</source>
        <translation>此 CPU 上没有读者</translation>
    </message>
    <message>
        <source>node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none is reached</source>
        <translation>未到达任何页框</translation>
    </message>
    <message>
        <source>none: a touch faults</source>
        <translation>无：访问即缺页</translation>
    </message>
    <message>
        <source>none: the walk stops here: a touch here would fault</source>
        <translation>无：遍历在此停止：访问这里会缺页</translation>
    </message>
    <message>
        <source>not a gzip file</source>
        <translation>不是 gzip 文件</translation>
    </message>
    <message>
        <source>not a valid entry</source>
        <translation>无效的表项</translation>
    </message>
    <message>
        <source>not aligned</source>
        <translation>未对齐</translation>
    </message>
    <message>
        <source>not allocated yet</source>
        <translation>尚未分配</translation>
    </message>
    <message>
        <source>not allowed</source>
        <translation>不允许</translation>
    </message>
    <message>
        <source>not comparable</source>
        <translation>不可比较</translation>
    </message>
    <message>
        <source>not comparable: the recording does not tell enough</source>
        <translation>不可比较：录制中的信息不足</translation>
    </message>
    <message>
        <source>not compared</source>
        <translation>未比较</translation>
    </message>
    <message>
        <source>not global</source>
        <translation>非全局</translation>
    </message>
    <message>
        <source>not known to this version</source>
        <translation>此版本不认识</translation>
    </message>
    <message>
        <source>not present</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>not present: the processor ignores all other bits, and a touch faults</source>
        <translation>不存在：处理器忽略其余各位，访问会缺页</translation>
    </message>
    <message>
        <source>not reached</source>
        <translation>未执行</translation>
    </message>
    <message>
        <source>not reached ({0})</source>
        <translation>未达成（{0}）</translation>
    </message>
    <message>
        <source>not soft dirty</source>
        <translation>非软脏</translation>
    </message>
    <message>
        <source>not taken</source>
        <translation>未采用</translation>
    </message>
    <message>
        <source>not used</source>
        <translation>未使用</translation>
    </message>
    <message>
        <source>not valid</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>not valid JSON: {0}</source>
        <translation>不是有效的 JSON：{0}</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚未映射</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>nothing allocated</source>
        <translation>没有任何分配</translation>
    </message>
    <message>
        <source>nothing answers here</source>
        <translation>这里没有任何应答</translation>
    </message>
    <message>
        <source>nothing checks the number {0}: write it as an {1}, or state it in a check</source>
        <translation>没有什么检查数字 {0}：请写成 {1}，或者写进 check</translation>
    </message>
    <message>
        <source>nothing differs</source>
        <translation>没有差异</translation>
    </message>
    <message>
        <source>nothing fits</source>
        <translation>都放不下</translation>
    </message>
    <message>
        <source>nothing fits: no room</source>
        <translation>都放不下：没有空间</translation>
    </message>
    <message>
        <source>nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>nothing handed in ({0}): {1}</source>
        <translation>没有交（{0}）：{1}</translation>
    </message>
    <message>
        <source>nothing is left of it</source>
        <translation>左侧没有剩余</translation>
    </message>
    <message>
        <source>nothing is mapped at {0:#x} here</source>
        <translation>这里 {0:#x} 处没有映射</translation>
    </message>
    <message>
        <source>nothing is mapped here</source>
        <translation>此处没有映射</translation>
    </message>
    <message>
        <source>nothing is mapped here: until a flush</source>
        <translation>此处没有映射：直到刷新</translation>
    </message>
    <message>
        <source>nothing is right of it</source>
        <translation>右侧没有剩余</translation>
    </message>
    <message>
        <source>nothing of it stays free</source>
        <translation>没有剩余的空闲部分</translation>
    </message>
    <message>
        <source>nothing to flush</source>
        <translation>没有要刷新的</translation>
    </message>
    <message>
        <source>nothing waits for a flush</source>
        <translation>没有等待刷新的内容</translation>
    </message>
    <message>
        <source>number of bytes</source>
        <translation>字节数</translation>
    </message>
    <message>
        <source>number of pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <source>number of pages; the rest of the array</source>
        <translation>页数；默认为数组的其余部分</translation>
    </message>
    <message>
        <source>number of the CPU</source>
        <translation>CPU 编号</translation>
    </message>
    <message>
        <source>of a table of level</source>
        <translation>所在页表的级别</translation>
    </message>
    <message>
        <source>of no meaning while P is 0</source>
        <translation>P 为 0 时没有意义</translation>
    </message>
    <message>
        <source>of no meaning while V is 0</source>
        <translation>V 为 0 时没有意义</translation>
    </message>
    <message>
        <source>of no meaning while VALID is 0</source>
        <translation>VALID 为 0 时没有意义</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>offset</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>offset inside the area</source>
        <translation>区域内的偏移</translation>
    </message>
    <message>
        <source>offset inside the user&apos;s area</source>
        <translation>用户区域内的偏移</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>on CPU {0}</source>
        <translation>在 CPU {0} 上</translation>
    </message>
    <message>
        <source>one frame became a {0} table</source>
        <translation>一个页框成为 {0} 表</translation>
    </message>
    <message>
        <source>one of a few words</source>
        <translation>几个词之一</translation>
    </message>
    <message>
        <source>one of a row that needs one place in the TLB</source>
        <translation>连续一组之一，在 TLB 中只占一项</translation>
    </message>
    <message>
        <source>one or more names of objects</source>
        <translation>一个或多个对象名</translation>
    </message>
    <message>
        <source>online CPUs must be 1 to possible CPUs</source>
        <translation>在线 CPU 数必须在 1 与可能的 CPU 数之间</translation>
    </message>
    <message>
        <source>only at A</source>
        <translation>仅在 A</translation>
    </message>
    <message>
        <source>only at B</source>
        <translation>仅在 B</translation>
    </message>
    <message>
        <source>only ops fresh can choose another machine</source>
        <translation>只有 ops fresh 才能选另一台机器</translation>
    </message>
    <message>
        <source>only root may read this; copy it with: sudo cat {0} &gt; areas.txt</source>
        <translation>只有 root 能读它；可以这样复制：sudo cat {0} &gt; areas.txt</translation>
    </message>
    <message>
        <source>only the first operations of a page can be fresh</source>
        <translation>一页中只有最前面的操作可以是 fresh</translation>
    </message>
    <message>
        <source>only {0} are asked for</source>
        <translation>只请求了 {0}</translation>
    </message>
    <message>
        <source>op</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>operation</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>operation {0} where {1} is due</source>
        <translation>此处应为操作 {1}，却是操作 {0}</translation>
    </message>
    <message>
        <source>operation {0}: {1}</source>
        <translation>操作 {0}：{1}</translation>
    </message>
    <message>
        <source>operations</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>order {order}: {n} free blocks of {size}</source>
        <translation>阶 {order}：{n} 个 {size} 的空闲块</translation>
    </message>
    <message>
        <source>ordinary memory</source>
        <translation>普通内存</translation>
    </message>
    <message>
        <source>own machine</source>
        <translation>自定义机器</translation>
    </message>
    <message>
        <source>own machine…</source>
        <translation>自定义机器…</translation>
    </message>
    <message>
        <source>page array, or how many pages to allocate for it</source>
        <translation>页数组，或要为它分配的页数</translation>
    </message>
    <message>
        <source>page table</source>
        <translation>页表</translation>
    </message>
    <message>
        <source>page tables</source>
        <translation>页表</translation>
    </message>
    <message>
        <source>page {0} of {1}</source>
        <translation>第 {0} 页，共 {1} 页</translation>
    </message>
    <message>
        <source>page {1} of &lt;b&gt;{0}&lt;/b&gt;</source>
        <translation>&lt;b&gt;{0}&lt;/b&gt; 的第 {1} 页</translation>
    </message>
    <message>
        <source>pages</source>
        <translation>页</translation>
    </message>
    <message>
        <source>pages of fix_size_alloc_test and vm_map_ram_test</source>
        <translation>fix_size_alloc_test 和 vm_map_ram_test 的页数</translation>
    </message>
    <message>
        <source>pages to show; the rest of the area</source>
        <translation>要显示的页数；默认为区域的其余部分</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>已通过</translation>
    </message>
    <message>
        <source>per-CPU</source>
        <translation>per-CPU</translation>
    </message>
    <message>
        <source>per-CPU memory: {0} of {1} pages mapped</source>
        <translation>per-CPU 内存：已映射 {0} / {1} 页</translation>
    </message>
    <message>
        <source>physical address bits must be 36 to 56</source>
        <translation>物理地址位数必须为 36 到 56</translation>
    </message>
    <message>
        <source>physical address not aligned</source>
        <translation>物理地址未对齐</translation>
    </message>
    <message>
        <source>physical address to map</source>
        <translation>要映射的物理地址</translation>
    </message>
    <message>
        <source>physical memory: {size} at {start}</source>
        <translation>物理内存：{size}，位于 {start}</translation>
    </message>
    <message>
        <source>physical {0}</source>
        <translation>物理地址 {0}</translation>
    </message>
    <message>
        <source>pieces of block {0}</source>
        <translation>块 {0} 的片段</translation>
    </message>
    <message>
        <source>pieces of block {0}: until vm_unmap_aliases</source>
        <translation>块 {0} 的片段：直到 vm_unmap_aliases</translation>
    </message>
    <message>
        <source>place {0} in the queue</source>
        <translation>队列中第 {0} 位</translation>
    </message>
    <message>
        <source>plain vmalloc does not allow huge pages: VM_ALLOW_HUGE_VMAP is not set</source>
        <translation>普通 vmalloc 不允许大页：未设置 VM_ALLOW_HUGE_VMAP</translation>
    </message>
    <message>
        <source>points</source>
        <translation>分数</translation>
    </message>
    <message>
        <source>pool of {0}</source>
        <translation>{0} 的池</translation>
    </message>
    <message>
        <source>possible CPUs must be 1 to 128</source>
        <translation>可能的 CPU 数必须为 1 到 128</translation>
    </message>
    <message>
        <source>present</source>
        <translation>存在</translation>
    </message>
    <message>
        <source>preset {0}</source>
        <translation>预设 {0}</translation>
    </message>
    <message>
        <source>programs may not run it</source>
        <translation>程序不能执行</translation>
    </message>
    <message>
        <source>programs may run it</source>
        <translation>程序可以执行</translation>
    </message>
    <message>
        <source>programs may use it</source>
        <translation>程序可以使用</translation>
    </message>
    <message>
        <source>protection key, for pages of programs</source>
        <translation>保护键，用于程序的页</translation>
    </message>
    <message>
        <source>protection of the mapping</source>
        <translation>映射的保护属性</translation>
    </message>
    <message>
        <source>reached by the TLB only</source>
        <translation>仅经由 TLB 到达</translation>
    </message>
    <message>
        <source>reached only by fallback</source>
        <translation>仅在回退时到达</translation>
    </message>
    <message>
        <source>read</source>
        <translation>读</translation>
    </message>
    <message>
        <source>read only</source>
        <translation>只读</translation>
    </message>
    <message>
        <source>read only until it is written</source>
        <translation>写入之前为只读</translation>
    </message>
    <message>
        <source>red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>被拒</translation>
    </message>
    <message>
        <source>remembers nothing</source>
        <translation>什么也没记住</translation>
    </message>
    <message>
        <source>remembers nothing: touch an address</source>
        <translation>什么也没记住：请访问一个地址</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>reserved</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>reserved, not mapped yet</source>
        <translation>已保留，尚未映射</translation>
    </message>
    <message>
        <source>result of the replay</source>
        <translation>重放的结果</translation>
    </message>
    <message>
        <source>returned</source>
        <translation>返回值</translation>
    </message>
    <message>
        <source>returned {0}</source>
        <translation>返回 {0}</translation>
    </message>
    <message>
        <source>right</source>
        <translation>对</translation>
    </message>
    <message>
        <source>right is done</source>
        <translation>右侧已完成</translation>
    </message>
    <message>
        <source>right there is only {0}</source>
        <translation>右侧只有 {0}</translation>
    </message>
    <message>
        <source>right there is {0}</source>
        <translation>右侧有 {0}</translation>
    </message>
    <message>
        <source>right {0} &lt; {1}</source>
        <translation>右 {0} &lt; {1}</translation>
    </message>
    <message>
        <source>right {0} ≥ {1}</source>
        <translation>右 {0} ≥ {1}</translation>
    </message>
    <message>
        <source>rounds of a case&apos;s loop (test_loop_count)</source>
        <translation>用例循环的轮数（test_loop_count）</translation>
    </message>
    <message>
        <source>running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>same</source>
        <translation>表项</translation>
    </message>
    <message>
        <source>same order, same sizes · {0} events</source>
        <translation>顺序相同，大小相同 · {0} 个事件</translation>
    </message>
    <message>
        <source>says {0} operations, but there are {1}</source>
        <translation>声称有 {0} 个操作，实际有 {1} 个</translation>
    </message>
    <message>
        <source>scenario</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>lab</source>
        <translation>实验</translation>
    </message>
    <message>
        <source>lesson</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>{0} is there already. Replace it?</source>
        <translation>{0} 已存在。要替换吗？</translation>
    </message>
    <message>
        <source>search for {0}</source>
        <translation>搜索 {0}</translation>
    </message>
    <message>
        <source>setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>shift is {0} to {1}, not {2}</source>
        <translation>shift 应为 {0} 到 {1}，而不是 {2}</translation>
    </message>
    <message>
        <source>sign</source>
        <translation>符号</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>size of {0}</source>
        <translation>{0} 的大小</translation>
    </message>
    <message>
        <source>size {0}, align {1}</source>
        <translation>大小 {0}，对齐 {1}</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>已跳过</translation>
    </message>
    <message>
        <source>skipped: the leaf above needs no table</source>
        <translation>已跳过：上级叶项不需要页表</translation>
    </message>
    <message>
        <source>slot {0}</source>
        <translation>槽位 {0}</translation>
    </message>
    <message>
        <source>soft dirty</source>
        <translation>软脏</translation>
    </message>
    <message>
        <source>something below it differs</source>
        <translation>其下有不同之处</translation>
    </message>
    <message>
        <source>something is missing at the end</source>
        <translation>末尾缺少内容</translation>
    </message>
    <message>
        <source>sparse</source>
        <translation>稀疏</translation>
    </message>
    <message>
        <source>sparse area: {0} of {1} pages mapped</source>
        <translation>稀疏区域：已映射 {0} / {1} 页</translation>
    </message>
    <message>
        <source>special</source>
        <translation>特殊</translation>
    </message>
    <message>
        <source>special entry</source>
        <translation>特殊表项</translation>
    </message>
    <message>
        <source>special: no struct page belongs to it</source>
        <translation>特殊：没有对应的 struct page</translation>
    </message>
    <message>
        <source>stale TLB entry used</source>
        <translation>使用了过期的 TLB 项</translation>
    </message>
    <message>
        <source>stands alone</source>
        <translation>单独一项</translation>
    </message>
    <message>
        <source>start</source>
        <translation>起始</translation>
    </message>
    <message>
        <source>start end, or empty for none</source>
        <translation>起始 结束，没有则留空</translation>
    </message>
    <message>
        <source>start of the random numbers</source>
        <translation>随机数的种子</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>step {0}</source>
        <translation>第 {0} 步</translation>
    </message>
    <message>
        <source>step {0} of {1}</source>
        <translation>第 {0} / {1} 步</translation>
    </message>
    <message>
        <source>step {0}, after {1}</source>
        <translation>第 {0} 步，{1} 之后</translation>
    </message>
    <message>
        <source>step {0}, before the first operation</source>
        <translation>第 {0} 步，第一个操作之前</translation>
    </message>
    <message>
        <source>step {0}, in {1}</source>
        <translation>第 {0} 步，{1} 之中</translation>
    </message>
    <message>
        <source>steps (not compared)</source>
        <translation>步数（不比较）</translation>
    </message>
    <message>
        <source>steps {0} to {1}</source>
        <translation>第 {0} 到 {1} 步</translation>
    </message>
    <message>
        <source>stopped after {0} of {1} operations</source>
        <translation>在 {1} 个操作中的第 {0} 个之后停止</translation>
    </message>
    <message>
        <source>stopped before it ran: run the program again</source>
        <translation>运行之前就已停止：请重新运行程序</translation>
    </message>
    <message>
        <source>stopped; nothing of it has happened</source>
        <translation>已停止；什么都没有发生</translation>
    </message>
    <message>
        <source>straddles</source>
        <translation>跨界</translation>
    </message>
    <message>
        <source>straddles a boundary</source>
        <translation>跨越边界</translation>
    </message>
    <message>
        <source>student</source>
        <translation>学生</translation>
    </message>
    <message>
        <source>table</source>
        <translation>页表</translation>
    </message>
    <message>
        <source>table busy</source>
        <translation>页表被占用</translation>
    </message>
    <message>
        <source>table in the way</source>
        <translation>已有页表</translation>
    </message>
    <message>
        <source>table, no areas</source>
        <translation>页表，无区域</translation>
    </message>
    <message>
        <source>table: page tables; page: any pages; area: vmap_area; struct: vm_struct; array: lists of pages</source>
        <translation>table：页表；page：任意页；area：vmap_area；struct：vm_struct；array：页的列表</translation>
    </message>
    <message>
        <source>tables allocated</source>
        <translation>已分配的页表</translation>
    </message>
    <message>
        <source>taken</source>
        <translation>已采用</translation>
    </message>
    <message>
        <source>taken from the pool of this CPU&apos;s node: no gap had to be searched</source>
        <translation>取自此 CPU 所属节点的池：无需搜索空隙</translation>
    </message>
    <message>
        <source>taken off</source>
        <translation>已取下</translation>
    </message>
    <message>
        <source>taken off: frame {0}</source>
        <translation>已取下：页框 {0}</translation>
    </message>
    <message>
        <source>takes {0}</source>
        <translation>占用 {0}</translation>
    </message>
    <message>
        <source>takes {0} at {1}</source>
        <translation>在 {1} 处占用 {0}</translation>
    </message>
    <message>
        <source>tasks and answers are counted from 1</source>
        <translation>任务和答案从 1 数起</translation>
    </message>
    <message>
        <source>the TLB of CPU {0}: slot {1} is filled next</source>
        <translation>CPU {0} 的 TLB：下一个填充槽位 {1}</translation>
    </message>
    <message>
        <source>the answer</source>
        <translation>答案</translation>
    </message>
    <message>
        <source>the answer is no number: {0}</source>
        <translation>答案不是数字：{0}</translation>
    </message>
    <message>
        <source>the array of the pages of {0!r} was freed already</source>
        <translation>{0!r} 的页数组已经释放</translation>
    </message>
    <message>
        <source>the byte</source>
        <translation>该字节</translation>
    </message>
    <message>
        <source>the caller&apos;s own limit: {0} passes {1}, leaves of at most {2}</source>
        <translation>调用者自己的上限：{0} 传入 {1}，叶项至多 {2}</translation>
    </message>
    <message>
        <source>the engine has it, the kernel has not</source>
        <translation>引擎有，内核没有</translation>
    </message>
    <message>
        <source>the engine&apos;s own answer {0!r} is not taken for right</source>
        <translation>引擎自己的答案 {0!r} 没有被判为对</translation>
    </message>
    <message>
        <source>the entry is in use</source>
        <translation>表项已占用</translation>
    </message>
    <message>
        <source>the entry is read-only</source>
        <translation>表项为只读</translation>
    </message>
    <message>
        <source>the entry of this address</source>
        <translation>这个地址的表项</translation>
    </message>
    <message>
        <source>the file says that it is of {0!r}</source>
        <translation>文件自称属于 {0!r}</translation>
    </message>
    <message>
        <source>the first line names no column of student ids: call it student</source>
        <translation>第一行没有学号列：请把它命名为 student</translation>
    </message>
    <message>
        <source>the first that fails, counted from now on</source>
        <translation>从现在数起第一个失败的</translation>
    </message>
    <message>
        <source>the front matter is never closed by {0}</source>
        <translation>文件头没有用 {0} 结束</translation>
    </message>
    <message>
        <source>the goal</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>the goal is reached before anything is done</source>
        <translation>什么都没做目标就已达成</translation>
    </message>
    <message>
        <source>the kernel did not live to list its areas</source>
        <translation>内核没能活到列出其区域的时候</translation>
    </message>
    <message>
        <source>the kernel has it, the engine has not</source>
        <translation>内核有，引擎没有</translation>
    </message>
    <message>
        <source>the kernel has stopped: step back, undo, or boot again</source>
        <translation>内核已停止：请后退、撤销或重新启动</translation>
    </message>
    <message>
        <source>the kernel may not run it</source>
        <translation>内核不能执行</translation>
    </message>
    <message>
        <source>the kernel may run it</source>
        <translation>内核可以执行</translation>
    </message>
    <message>
        <source>the lens is to scale</source>
        <translation>放大镜按比例</translation>
    </message>
    <message>
        <source>the line is longer than {0} characters</source>
        <translation>此行超过 {0} 个字符</translation>
    </message>
    <message>
        <source>the lowest match lies too high: no room</source>
        <translation>最低的匹配位置太高：没有空间</translation>
    </message>
    <message>
        <source>the name of a kernel function</source>
        <translation>内核函数的名字</translation>
    </message>
    <message>
        <source>the name of a lab or of a student has 1 to {0} characters</source>
        <translation>实验或学生的名字有 1 至 {0} 个字符</translation>
    </message>
    <message>
        <source>the name of an object</source>
        <translation>对象的名称</translation>
    </message>
    <message>
        <source>the name of an object has to stand here</source>
        <translation>此处应为对象的名称</translation>
    </message>
    <message>
        <source>the name of an object that holds pages is needed</source>
        <translation>需要持有页的对象的名称</translation>
    </message>
    <message>
        <source>the name of an object, or an operation such as &quot;op 3&quot;</source>
        <translation>对象的名字，或者像 &quot;op 3&quot; 这样的操作</translation>
    </message>
    <message>
        <source>the parameter {0!r} is one line of at most {1} characters</source>
        <translation>参数 {0!r} 是一行，最多 {1} 个字符</translation>
    </message>
    <message>
        <source>the processor has no such physical address</source>
        <translation>处理器没有这样的物理地址</translation>
    </message>
    <message>
        <source>the processor lacks it</source>
        <translation>处理器不支持</translation>
    </message>
    <message>
        <source>the rcu_head must lie inside the object, at a multiple of 8</source>
        <translation>rcu_head 必须位于对象内部，且在 8 的倍数处</translation>
    </message>
    <message>
        <source>the reason is not known yet</source>
        <translation>原因尚不清楚</translation>
    </message>
    <message>
        <source>the replay has no end</source>
        <translation>重放没有结尾</translation>
    </message>
    <message>
        <source>the same lines, replayed</source>
        <translation>相同的各行，经过重放</translation>
    </message>
    <message>
        <source>the search begins here</source>
        <translation>搜索从这里开始</translation>
    </message>
    <message>
        <source>the solution does not reach the goal: {0}</source>
        <translation>解答没有达到目标：{0}</translation>
    </message>
    <message>
        <source>the state is another one</source>
        <translation>状态不同</translation>
    </message>
    <message>
        <source>the table is being read</source>
        <translation>页表正在被读取</translation>
    </message>
    <message>
        <source>the tables say otherwise: until a flush</source>
        <translation>页表已不同：直到刷新</translation>
    </message>
    <message>
        <source>the window must be whole pages, and end after it begins</source>
        <translation>窗口必须是整页，且结束在开始之后</translation>
    </message>
    <message>
        <source>the window {0:#x}-{1:#x} is not free in the vmalloc range</source>
        <translation>窗口 {0:#x}-{1:#x} 在 vmalloc 范围内不空闲</translation>
    </message>
    <message>
        <source>the word to write</source>
        <translation>要写入的字</translation>
    </message>
    <message>
        <source>the {0} table from an earlier mapping was freed: a huge page takes its place</source>
        <translation>先前映射留下的 {0} 表已释放：由大页取代</translation>
    </message>
    <message>
        <source>then {0} of guard, never mapped</source>
        <translation>之后有 {0} 保护页，从不映射</translation>
    </message>
    <message>
        <source>there are no hand-ins: files that end in {0}</source>
        <translation>没有作业：以 {0} 结尾的文件</translation>
    </message>
    <message>
        <source>there are no {0} free pages</source>
        <translation>没有 {0} 个空闲页</translation>
    </message>
    <message>
        <source>there is another page {0!r}</source>
        <translation>已有另一页 {0!r}</translation>
    </message>
    <message>
        <source>there is no free block of RAM for {0} pages</source>
        <translation>没有可容纳 {0} 页的 RAM 空闲块</translation>
    </message>
    <message>
        <source>there is no function {0!r}</source>
        <translation>没有函数 {0!r}</translation>
    </message>
    <message>
        <source>there is no lab {0!r}: use a file, or one of {1}</source>
        <translation>没有实验 {0!r}：请用文件，或者其中之一：{1}</translation>
    </message>
    <message>
        <source>there is no lesson {0!r}</source>
        <translation>没有课程 {0!r}</translation>
    </message>
    <message>
        <source>there is no memory for an area of the user&apos;s</source>
        <translation>没有内存用于用户的区域</translation>
    </message>
    <message>
        <source>there is no memory for the numbers of {0} frames</source>
        <translation>没有内存存放 {0} 个页框的编号</translation>
    </message>
    <message>
        <source>there is no memory node {0}</source>
        <translation>没有内存节点 {0}</translation>
    </message>
    <message>
        <source>there is no object {0!r}</source>
        <translation>没有对象 {0!r}</translation>
    </message>
    <message>
        <source>there is no object {0!r} here</source>
        <translation>这里没有对象 {0!r}</translation>
    </message>
    <message>
        <source>there is no object {0!r} yet</source>
        <translation>还没有对象 {0!r}</translation>
    </message>
    <message>
        <source>there is no operation {0} here: {1} have run</source>
        <translation>这里没有操作 {0}：只运行了 {1} 个</translation>
    </message>
    <message>
        <source>there is no page {0!r}</source>
        <translation>没有页 {0!r}</translation>
    </message>
    <message>
        <source>there is no parameter {0!r}</source>
        <translation>没有参数 {0!r}</translation>
    </message>
    <message>
        <source>there is no parameter {0!r} above this</source>
        <translation>在它上面没有参数 {0!r}</translation>
    </message>
    <message>
        <source>there is no task {0} in this lab</source>
        <translation>这个实验里没有任务 {0}</translation>
    </message>
    <message>
        <source>there is no {0!r}</source>
        <translation>没有 {0!r}</translation>
    </message>
    <message>
        <source>these frames</source>
        <translation>这些页框</translation>
    </message>
    <message>
        <source>this area</source>
        <translation>此区域</translation>
    </message>
    <message>
        <source>this entry</source>
        <translation>此表项</translation>
    </message>
    <message>
        <source>this fence is never closed</source>
        <translation>这个围栏没有结束</translation>
    </message>
    <message>
        <source>this is a hand-in of another lab: {0!r}</source>
        <translation>这是另一个实验的作业：{0!r}</translation>
    </message>
    <message>
        <source>this is a lesson: a lab says kind = &quot;lab&quot; in its front matter</source>
        <translation>这是一课：实验要在文件头写 kind = &quot;lab&quot;</translation>
    </message>
    <message>
        <source>this is no CSV: {0}</source>
        <translation>这不是 CSV：{0}</translation>
    </message>
    <message>
        <source>this is no file</source>
        <translation>这不是文件</translation>
    </message>
    <message>
        <source>this is no hand-in of vmgui: it is not valid JSON</source>
        <translation>这不是 vmgui 的作业：不是有效的 JSON</translation>
    </message>
    <message>
        <source>this is no hand-in of vmgui: {0}</source>
        <translation>这不是 vmgui 的作业：{0}</translation>
    </message>
    <message>
        <source>this is no text in UTF-8</source>
        <translation>这不是 UTF-8 文本</translation>
    </message>
    <message>
        <source>this is no vmgui document: it has no version number</source>
        <translation>这不是 vmgui 文档：没有版本号</translation>
    </message>
    <message>
        <source>this kernel has no kmemleak: the machine can be booted with it</source>
        <translation>此内核没有 kmemleak：可以在启动机器时启用</translation>
    </message>
    <message>
        <source>this kernel tracks no objects: the machine can be booted with debug_objects</source>
        <translation>此内核不跟踪对象：可以用 debug_objects 启动机器</translation>
    </message>
    <message>
        <source>this known mistake is the right answer: {0}</source>
        <translation>这个“已知错误”其实是正确答案：{0}</translation>
    </message>
    <message>
        <source>this lesson has no page</source>
        <translation>这一课没有页</translation>
    </message>
    <message>
        <source>this lesson has no page: a page begins with a heading of level 2</source>
        <translation>这一课没有页：一页以二级标题开头</translation>
    </message>
    <message>
        <source>this machine has no window {0}: give an address</source>
        <translation>此机器没有窗口 {0}：请给出地址</translation>
    </message>
    <message>
        <source>this machine has no {0} level</source>
        <translation>这台机器没有 {0} 级</translation>
    </message>
    <message>
        <source>this number does not fit in 128 bits</source>
        <translation>这个数字超出 128 位</translation>
    </message>
    <message>
        <source>this page has {0} directives; in {1} it has {2}</source>
        <translation>这一页有 {0} 条指令；在 {1} 中有 {2} 条</translation>
    </message>
    <message>
        <source>this processor lacks {0}</source>
        <translation>此处理器不支持 {0}</translation>
    </message>
    <message>
        <source>this recording cannot be replayed: {0}</source>
        <translation>无法重放此录制：{0}</translation>
    </message>
    <message>
        <source>this table stays: no huge page can take its place</source>
        <translation>此页表保留：大页无法取代它</translation>
    </message>
    <message>
        <source>too little of it lies above vstart</source>
        <translation>高于 vstart 的部分太少</translation>
    </message>
    <message>
        <source>too many steps: a lesson or a lab records no more than {0} here</source>
        <translation>步数太多：课程或实验在这里最多记录 {0} 步</translation>
    </message>
    <message>
        <source>too many wait: the drain worker is going to purge</source>
        <translation>等待的太多：drain 工作线程将进行清理</translation>
    </message>
    <message>
        <source>too short</source>
        <translation>太短</translation>
    </message>
    <message>
        <source>touch</source>
        <translation>访问</translation>
    </message>
    <message>
        <source>type an entry in hexadecimal, such as 0x8000000000000163</source>
        <translation>请用十六进制输入一个表项，例如 0x8000000000000163</translation>
    </message>
    <message>
        <source>undone by {0}</source>
        <translation>由 {0} 撤销</translation>
    </message>
    <message>
        <source>unexpected character {0!r}</source>
        <translation>意外的字符 {0!r}</translation>
    </message>
    <message>
        <source>unexpected character {0!r}{1}</source>
        <translation>意外的字符 {0!r}{1}</translation>
    </message>
    <message>
        <source>unexpected {0!r}</source>
        <translation>意外的 {0!r}</translation>
    </message>
    <message>
        <source>unknown boot parameter {0!r}: use {1}</source>
        <translation>未知的启动参数 {0!r}：请用 {1}</translation>
    </message>
    <message>
        <source>unknown directive {0!r}</source>
        <translation>未知的指令 {0!r}</translation>
    </message>
    <message>
        <source>unknown flag {0!r}: use {1}</source>
        <translation>未知的标志 {0!r}：请用 {1}</translation>
    </message>
    <message>
        <source>unknown machine {0!r}: use one of {1}</source>
        <translation>未知的机器 {0!r}：请用 {1} 之一</translation>
    </message>
    <message>
        <source>unknown operation {0!r}</source>
        <translation>未知的操作 {0!r}</translation>
    </message>
    <message>
        <source>unpacks to more than {0} MiB</source>
        <translation>解压后超过 {0} MiB</translation>
    </message>
    <message>
        <source>until a flush</source>
        <translation>直到刷新</translation>
    </message>
    <message>
        <source>until the purge</source>
        <translation>直到清理</translation>
    </message>
    <message>
        <source>until vm_unmap_aliases</source>
        <translation>直到 vm_unmap_aliases</translation>
    </message>
    <message>
        <source>upper address bits: {0}</source>
        <translation>地址高位：{0}</translation>
    </message>
    <message>
        <source>usage: {0}</source>
        <translation>用法：{0}</translation>
    </message>
    <message>
        <source>used</source>
        <translation>已使用</translation>
    </message>
    <message>
        <source>used {0} · dirty {1} · free {2}</source>
        <translation>已使用 {0} · 脏 {1} · 空闲 {2}</translation>
    </message>
    <message>
        <source>userfaultfd forbids writing</source>
        <translation>userfaultfd 禁止写入</translation>
    </message>
    <message>
        <source>va_clip cuts in two: the left rest is a new node</source>
        <translation>va_clip 切成两段：左侧剩余成为新节点</translation>
    </message>
    <message>
        <source>va_clip lets the node begin later</source>
        <translation>va_clip 让该节点从更后处开始</translation>
    </message>
    <message>
        <source>va_clip lets the node end earlier</source>
        <translation>va_clip 让该节点提前结束</translation>
    </message>
    <message>
        <source>va_clip refuses</source>
        <translation>va_clip 拒绝</translation>
    </message>
    <message>
        <source>va_clip takes the node out of the tree</source>
        <translation>va_clip 把该节点移出树</translation>
    </message>
    <message>
        <source>valid</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>version {0} is not known here: this vmgui reads 1 to {1}</source>
        <translation>不认识版本 {0}：此 vmgui 读取版本 1 到 {1}</translation>
    </message>
    <message>
        <source>version {0} is not known here: this vmgui reads {1}</source>
        <translation>不认识版本 {0}：这个 vmgui 读 {1}</translation>
    </message>
    <message>
        <source>vfree of {0} waits</source>
        <translation>对 {0} 的 vfree 在等待</translation>
    </message>
    <message>
        <source>virtual address</source>
        <translation>虚拟地址</translation>
    </message>
    <message>
        <source>virtual address not aligned</source>
        <translation>虚拟地址未对齐</translation>
    </message>
    <message>
        <source>vm_map_ram of up to 64 pages makes blocks</source>
        <translation>至多 64 页的 vm_map_ram 会建立块</translation>
    </message>
    <message>
        <source>vmalloc</source>
        <translation>vmalloc</translation>
    </message>
    <message>
        <source>vmap block</source>
        <translation>vmap 块</translation>
    </message>
    <message>
        <source>vmap node</source>
        <translation>vmap 节点</translation>
    </message>
    <message>
        <source>vmgui failed here, which is no fault of the student: {0}</source>
        <translation>vmgui 在这里出错，不是学生的过失：{0}</translation>
    </message>
    <message>
        <source>vmgui made a mistake ({0}). What you asked for was not done; nothing is lost.</source>
        <translation>vmgui 出错（{0}）。您的请求没有执行；没有丢失任何内容。</translation>
    </message>
    <message>
        <source>vmgui: lecture</source>
        <translation>vmgui：讲授</translation>
    </message>
    <message>
        <source>vmgui: stopped; nothing is written</source>
        <translation>vmgui：已停止；没有写入任何东西</translation>
    </message>
    <message>
        <source>walk of {0}</source>
        <translation>页表遍历 {0}</translation>
    </message>
    <message>
        <source>walked the tables</source>
        <translation>遍历了页表</translation>
    </message>
    <message>
        <source>was dirty before it was read only</source>
        <translation>变为只读之前是脏的</translation>
    </message>
    <message>
        <source>was used</source>
        <translation>使用过</translation>
    </message>
    <message>
        <source>was written</source>
        <translation>写入过</translation>
    </message>
    <message>
        <source>what a case holds besides; 0 is as many as in the kernel</source>
        <translation>用例另外持有的数量；0 表示与内核相同</translation>
    </message>
    <message>
        <source>what it is for</source>
        <translation>它的用途</translation>
    </message>
    <message>
        <source>what makes areas</source>
        <translation>由什么建立区域</translation>
    </message>
    <message>
        <source>what maps this address</source>
        <translation>映射此地址的内容</translation>
    </message>
    <message>
        <source>what runs from now on</source>
        <translation>从现在起以什么方式运行</translation>
    </message>
    <message>
        <source>what to change them to</source>
        <translation>要改成什么</translation>
    </message>
    <message>
        <source>where in the object its rcu_head is; without one it may wait</source>
        <translation>rcu_head 在对象中的位置；没有它则可能等待</translation>
    </message>
    <message>
        <source>whether it is held</source>
        <translation>是否持有</translation>
    </message>
    <message>
        <source>whether it is in use</source>
        <translation>是否使用中</translation>
    </message>
    <message>
        <source>whether this CPU reads</source>
        <translation>此 CPU 是否在读</translation>
    </message>
    <message>
        <source>which case</source>
        <translation>哪个用例</translation>
    </message>
    <message>
        <source>which nodes</source>
        <translation>哪些节点</translation>
    </message>
    <message>
        <source>which tree</source>
        <translation>哪棵树</translation>
    </message>
    <message>
        <source>who dumps the page tables holds the lock, and nobody waits for it here</source>
        <translation>转储页表者持有锁，而这里没有人等待它</translation>
    </message>
    <message>
        <source>who holds them</source>
        <translation>由谁持有</translation>
    </message>
    <message>
        <source>why now: a purge. {0} pages wait; after this none of their translations is left</source>
        <translation>为何现在：清理。{0} 页在等待；此后它们的翻译一个不留</translation>
    </message>
    <message>
        <source>why now: {0} asks for it</source>
        <translation>为何现在：{0} 要求如此</translation>
    </message>
    <message>
        <source>window: start and end are page aligned, the end above the start</source>
        <translation>窗口：起始和结束按页对齐，且结束大于起始</translation>
    </message>
    <message>
        <source>window: write start and end, or nothing</source>
        <translation>窗口：请写起始和结束，或留空</translation>
    </message>
    <message>
        <source>with KMSAN the window must lie in the first quarter of the range, {0}</source>
        <translation>使用 KMSAN 时窗口必须位于范围的前四分之一，即 {0}</translation>
    </message>
    <message>
        <source>with huge pages</source>
        <translation>使用大页</translation>
    </message>
    <message>
        <source>with {0!r}: {1}</source>
        <translation>用 {0!r} 时：{1}</translation>
    </message>
    <message>
        <source>without an area both va and size are needed</source>
        <translation>没有区域时需要同时给出 va 和 size</translation>
    </message>
    <message>
        <source>without huge pages</source>
        <translation>不使用大页</translation>
    </message>
    <message>
        <source>word {0}</source>
        <translation>字 {0}</translation>
    </message>
    <message>
        <source>workers, each on the next CPU (nr_threads)</source>
        <translation>工作线程数，各在下一个 CPU 上（nr_threads）</translation>
    </message>
    <message>
        <source>writable</source>
        <translation>可写</translation>
    </message>
    <message>
        <source>write</source>
        <translation>写</translation>
    </message>
    <message>
        <source>writing is allowed</source>
        <translation>允许写入</translation>
    </message>
    <message>
        <source>writing is not allowed</source>
        <translation>不允许写入</translation>
    </message>
    <message>
        <source>wrong</source>
        <translation>错</translation>
    </message>
    <message>
        <source>x86-64 only. One range a line: start end type; types are UC, WC, WT, WB</source>
        <translation>仅 x86-64。每行一个范围：起始 结束 类型；类型为 UC、WC、WT、WB</translation>
    </message>
    <message>
        <source>your answer</source>
        <translation>你的答案</translation>
    </message>
    <message>
        <source>{0!r} does not run</source>
        <translation>{0!r} 没有运行</translation>
    </message>
    <message>
        <source>{0!r} happens {1} times there</source>
        <translation>{0!r} 在那里发生 {1} 次</translation>
    </message>
    <message>
        <source>{0!r} has no address</source>
        <translation>{0!r} 没有地址</translation>
    </message>
    <message>
        <source>{0!r} has no vm_struct</source>
        <translation>{0!r} 没有 vm_struct</translation>
    </message>
    <message>
        <source>{0!r} has no vm_struct to free</source>
        <translation>{0!r} 没有可释放的 vm_struct</translation>
    </message>
    <message>
        <source>{0!r} has only {1} pages from there on</source>
        <translation>{0!r} 从那里起只有 {1} 页</translation>
    </message>
    <message>
        <source>{0!r} holds no array of pages</source>
        <translation>{0!r} 不持有页数组</translation>
    </message>
    <message>
        <source>{0!r} is a constant: choose another name</source>
        <translation>{0!r} 是常量：请换一个名称</translation>
    </message>
    <message>
        <source>{0!r} is an array of pages: it has no address</source>
        <translation>{0!r} 是页数组：没有地址</translation>
    </message>
    <message>
        <source>{0!r} is an empty range</source>
        <translation>{0!r} 是空范围</translation>
    </message>
    <message>
        <source>{0!r} is freed: its vm_struct is gone</source>
        <translation>{0!r} 已释放：它的 vm_struct 已不在</translation>
    </message>
    <message>
        <source>{0!r} is no address: write 0x1000, 0x1000-0x2000 or 0x1000+4096</source>
        <translation>{0!r} 不是地址：请写 0x1000、0x1000-0x2000 或 0x1000+4096</translation>
    </message>
    <message>
        <source>{0!r} is no format: use {1}</source>
        <translation>{0!r} 不是格式：请用 {1}</translation>
    </message>
    <message>
        <source>{0!r} is no function of the engine that is recorded as a call</source>
        <translation>{0!r} 不是引擎中作为调用记录的函数</translation>
    </message>
    <message>
        <source>{0!r} is no level of page tables</source>
        <translation>{0!r} 不是页表的一级</translation>
    </message>
    <message>
        <source>{0!r} is no line of the engine: write engine/mm/vmap_range.py:120</source>
        <translation>{0!r} 不是引擎的行：请写 engine/mm/vmap_range.py:120</translation>
    </message>
    <message>
        <source>{0!r} is no memory that could be freed</source>
        <translation>{0!r} 不是可以释放的内存</translation>
    </message>
    <message>
        <source>{0!r} is no name for a parameter: letters, digits and _</source>
        <translation>{0!r} 不能作参数名：只用字母、数字和 _</translation>
    </message>
    <message>
        <source>{0!r} is no number and no constant: {1} is {2}</source>
        <translation>{0!r} 不是数，也不是常量：{1} 应为{2}</translation>
    </message>
    <message>
        <source>{0!r} is no number of bytes</source>
        <translation>{0!r} 不是字节数</translation>
    </message>
    <message>
        <source>{0!r} is no number: write 12, 0x1f or 4M</source>
        <translation>{0!r} 不是数字：请写 12、0x1f 或 4M</translation>
    </message>
    <message>
        <source>{0!r} is no operation of this lesson</source>
        <translation>{0!r} 不是本课的操作</translation>
    </message>
    <message>
        <source>{0!r} is none of the answers</source>
        <translation>{0!r} 不是其中的答案</translation>
    </message>
    <message>
        <source>{0!r} is none of {1}</source>
        <translation>{0!r} 不在 {1} 之中</translation>
    </message>
    <message>
        <source>{0!r} is not a number</source>
        <translation>{0!r} 不是数</translation>
    </message>
    <message>
        <source>{0!r} is not a number: sizes are whole numbers, such as 1G+512M</source>
        <translation>{0!r} 不是数：大小为整数，例如 1G+512M</translation>
    </message>
    <message>
        <source>{0!r} is not a number: suffixes are K M G T and p</source>
        <translation>{0!r} 不是数：后缀为 K M G T 和 p</translation>
    </message>
    <message>
        <source>{0!r} is not in the class list</source>
        <translation>{0!r} 不在班级名单里</translation>
    </message>
    <message>
        <source>{0!r} is not used here: write values without it</source>
        <translation>这里不用 {0!r}：请直接写值</translation>
    </message>
    <message>
        <source>{0!r} is nothing that can happen in an operation</source>
        <translation>{0!r} 不是操作中会发生的事</translation>
    </message>
    <message>
        <source>{0!r} is still in use ({1}): free it first, or choose another name</source>
        <translation>{0!r} 仍在使用（{1}）：请先释放它，或换一个名称</translation>
    </message>
    <message>
        <source>{0!r} maps nothing: no level is right</source>
        <translation>{0!r} 没有映射任何东西：哪一级都不对</translation>
    </message>
    <message>
        <source>{0!r} of the line {1!r}</source>
        <translation>{0!r}，出自行 {1!r}</translation>
    </message>
    <message>
        <source>{0:#x} + {1:#x} is beyond the address space</source>
        <translation>{0:#x} + {1:#x} 超出地址空间</translation>
    </message>
    <message>
        <source>{0:#x} + {1:#x} leaves what the page tables translate</source>
        <translation>{0:#x} + {1:#x} 超出页表能翻译的范围</translation>
    </message>
    <message>
        <source>{0:#x} bytes are not whole pages</source>
        <translation>{0:#x} 字节不是整页</translation>
    </message>
    <message>
        <source>{0:#x} is not canonical: no table translates it</source>
        <translation>{0:#x} 不是规范地址：没有页表翻译它</translation>
    </message>
    <message>
        <source>{0:#x} is not page aligned</source>
        <translation>{0:#x} 未按页对齐</translation>
    </message>
    <message>
        <source>{0:#x} needs 5 levels of page tables: this machine has 4</source>
        <translation>{0:#x} 需要 5 级页表：此机器只有 4 级</translation>
    </message>
    <message>
        <source>{0}</source>
        <translation>{0}</translation>
    </message>
    <message>
        <source>{0}
On Debian this brings it:  {1}
Or choose its folder, or its archive (.tar.xz), below.</source>
        <translation>{0}
在 Debian 上可用此命令安装：{1}
或在下面选择其文件夹或归档文件（.tar.xz）。</translation>
    </message>
    <message>
        <source>{0} (gone)</source>
        <translation>{0}（已不存在）</translation>
    </message>
    <message>
        <source>{0} (tail)</source>
        <translation>{0}（尾部）</translation>
    </message>
    <message>
        <source>{0} ({1} levels)</source>
        <translation>{0}（{1} 级）</translation>
    </message>
    <message>
        <source>{0} ({1}={2} when it is not given)</source>
        <translation>{0}（未给出时 {1}={2}）</translation>
    </message>
    <message>
        <source>{0} + {1} lazily freed</source>
        <translation>{0} + {1} 个惰性释放</translation>
    </message>
    <message>
        <source>{0} CPUs</source>
        <translation>{0} 个 CPU</translation>
    </message>
    <message>
        <source>{0} I/O</source>
        <translation>{0} I/O</translation>
    </message>
    <message>
        <source>{0} and {1} more</source>
        <translation>{0} 及另外 {1} 个</translation>
    </message>
    <message>
        <source>{0} are less than one huge page</source>
        <translation>{0} 不足一个大页</translation>
    </message>
    <message>
        <source>{0} area</source>
        <translation>{0} 个区域</translation>
    </message>
    <message>
        <source>{0} areas</source>
        <translation>{0} 个区域</translation>
    </message>
    <message>
        <source>{0} areas, {1} of addresses, {2} pages</source>
        <translation>{0} 个区域，{1} 地址，{2} 页</translation>
    </message>
    <message>
        <source>{0} asked</source>
        <translation>请求 {0}</translation>
    </message>
    <message>
        <source>{0} before</source>
        <translation>前面 {0}</translation>
    </message>
    <message>
        <source>{0} behind</source>
        <translation>后面 {0}</translation>
    </message>
    <message>
        <source>{0} below it</source>
        <translation>其下 {0}</translation>
    </message>
    <message>
        <source>{0} blocks</source>
        <translation>{0} 个块</translation>
    </message>
    <message>
        <source>{0} busy · {1} lazy · {2} pooled</source>
        <translation>{0} 使用中 · {1} 惰性 · {2} 池中</translation>
    </message>
    <message>
        <source>{0} busy, {1} lazy, {2} pooled</source>
        <translation>{0} 个使用中，{1} 个惰性，{2} 个在池中</translation>
    </message>
    <message>
        <source>{0} bytes are asked for, the entry covers {1}</source>
        <translation>请求 {0} 字节，该表项覆盖 {1}</translation>
    </message>
    <message>
        <source>{0} came up through {1}</source>
        <translation>{0} 经由 {1} 向上传递</translation>
    </message>
    <message>
        <source>{0} comes without the text of its licence: {1}.</source>
        <translation>{0} 没有附带许可证全文：{1}。</translation>
    </message>
    <message>
        <source>{0} could not be written</source>
        <translation>无法写入 {0}</translation>
    </message>
    <message>
        <source>{0} digits are more than 64 bits: at most 16</source>
        <translation>{0} 位数字超出 64 位：至多 16 位</translation>
    </message>
    <message>
        <source>{0} does not fit in 64 bits</source>
        <translation>{0} 超出 64 位</translation>
    </message>
    <message>
        <source>{0} does not fit in 64 bits ({1:#x})</source>
        <translation>{0} 超出 64 位（{1:#x}）</translation>
    </message>
    <message>
        <source>{0} empty tables</source>
        <translation>{0} 张空表</translation>
    </message>
    <message>
        <source>{0} entries</source>
        <translation>{0} 表项</translation>
    </message>
    <message>
        <source>{0} entries that were here at the step compared with</source>
        <translation>在所比较的步骤中曾有 {0} 个表项</translation>
    </message>
    <message>
        <source>{0} events are too many to keep every step of: `vmgui replay` compares this recording</source>
        <translation>{0} 个事件太多，无法保留每一步：请用 `vmgui replay` 比较此录制</translation>
    </message>
    <message>
        <source>{0} fields identical</source>
        <translation>{0} 个字段一致</translation>
    </message>
    <message>
        <source>{0} files of this student</source>
        <translation>这个学生有 {0} 个文件</translation>
    </message>
    <message>
        <source>{0} fits here</source>
        <translation>{0} 放得下</translation>
    </message>
    <message>
        <source>{0} for each of the screen</source>
        <translation>屏幕上每个像素对应 {0} 个</translation>
    </message>
    <message>
        <source>{0} frames</source>
        <translation>{0} 个页框</translation>
    </message>
    <message>
        <source>{0} guard page, unmapped</source>
        <translation>{0} 保护页，未映射</translation>
    </message>
    <message>
        <source>{0} has no key {1!r}</source>
        <translation>{0} 没有键 {1!r}</translation>
    </message>
    <message>
        <source>{0} has no pages of {1} bytes: use {2}</source>
        <translation>{0} 没有 {1} 字节的页：请用 {2}</translation>
    </message>
    <message>
        <source>{0} has no parameter {1!r}</source>
        <translation>{0} 没有参数 {1!r}</translation>
    </message>
    <message>
        <source>{0} has no parameter {1!r}: {2}</source>
        <translation>{0} 没有参数 {1!r}：{2}</translation>
    </message>
    <message>
        <source>{0} has no set_memory_{1}: use one of {2}</source>
        <translation>{0} 没有 set_memory_{1}：请用 {2} 之一</translation>
    </message>
    <message>
        <source>{0} has to stand here</source>
        <translation>这里必须是{0}</translation>
    </message>
    <message>
        <source>{0} holds no source of a kernel.</source>
        <translation>{0} 不含内核源代码。</translation>
    </message>
    <message>
        <source>{0} identical</source>
        <translation>{0} 个一致</translation>
    </message>
    <message>
        <source>{0} in its queue</source>
        <translation>其队列中有 {0} 个</translation>
    </message>
    <message>
        <source>{0} in the source of Linux 6.12: read it there (K)</source>
        <translation>{0}，在 Linux 6.12 的源代码中：按 K 阅读</translation>
    </message>
    <message>
        <source>{0} installs a huge page at {1}</source>
        <translation>{0} 在 {1} 建立大页</translation>
    </message>
    <message>
        <source>{0} is a gap of its own</source>
        <translation>{0} 自成一个空隙</translation>
    </message>
    <message>
        <source>{0} is being purged</source>
        <translation>{0} 正在清理</translation>
    </message>
    <message>
        <source>{0} is folded: same entry as {1}</source>
        <translation>{0} 已折叠：与 {1} 为同一表项</translation>
    </message>
    <message>
        <source>{0} is given twice</source>
        <translation>{0} 给出了两次</translation>
    </message>
    <message>
        <source>{0} is kept in the pool of a node</source>
        <translation>{0} 保留在某节点的池中</translation>
    </message>
    <message>
        <source>{0} is lazily freed: until the purge</source>
        <translation>{0} 已惰性释放：直到清理</translation>
    </message>
    <message>
        <source>{0} is negative ({1})</source>
        <translation>{0} 为负（{1}）</translation>
    </message>
    <message>
        <source>{0} is no address: write it in hexadecimal</source>
        <translation>{0} 不是地址：请用十六进制书写</translation>
    </message>
    <message>
        <source>{0} is no hexadecimal digit</source>
        <translation>{0} 不是十六进制数字</translation>
    </message>
    <message>
        <source>{0} is not aligned: the search wants a multiple of {1}.</source>
        <translation>{0} 没有对齐：查找要的是 {1} 的倍数。</translation>
    </message>
    <message>
        <source>{0} is not free: something lies there.</source>
        <translation>{0} 不空闲：那里有东西。</translation>
    </message>
    <message>
        <source>{0} is not in it</source>
        <translation>其中没有 {0}</translation>
    </message>
    <message>
        <source>{0} is one of {1}</source>
        <translation>{0} 应为 {1} 之一</translation>
    </message>
    <message>
        <source>{0} is outside of the vmalloc range.</source>
        <translation>{0} 在 vmalloc 范围之外。</translation>
    </message>
    <message>
        <source>{0} is the decimal number, but 0x in front says that it is hexadecimal.</source>
        <translation>{0} 是十进制数，但前面的 0x 表示十六进制。</translation>
    </message>
    <message>
        <source>{0} is the index at the {1} level, bits {2} to {3}. {4}</source>
        <translation>{0} 是 {1} 级的下标，第 {2} 至 {3} 位。{4}</translation>
    </message>
    <message>
        <source>{0} is the same number in hexadecimal: write 0x in front of it.</source>
        <translation>{0} 是同一个数的十六进制：前面要写 0x。</translation>
    </message>
    <message>
        <source>{0} is written {1}</source>
        <translation>{0} 写作 {1}</translation>
    </message>
    <message>
        <source>{0} is {1!r}; in {2} it is {3!r}</source>
        <translation>{0} 是 {1!r}；在 {2} 中是 {3!r}</translation>
    </message>
    <message>
        <source>{0} items. Enter selects one in all panes, Ctrl+C copies it, Esc closes the list.</source>
        <translation>{0} 项。Enter 在所有窗格中选中一项，Ctrl+C 复制，Esc 关闭列表。</translation>
    </message>
    <message>
        <source>{0} joins a gap: {1} – {2}</source>
        <translation>{0} 并入空隙：{1} – {2}</translation>
    </message>
    <message>
        <source>{0} leaves come only where a check for a {1} leaf fails: here all of them pass.</source>
        <translation>只有 {1} 叶子的检查失败时才有 {0} 叶子：这里全部通过。</translation>
    </message>
    <message>
        <source>{0} level</source>
        <translation>{0} 级</translation>
    </message>
    <message>
        <source>{0} levels</source>
        <translation>{0} 级</translation>
    </message>
    <message>
        <source>{0} levels of page tables ({1} bits)</source>
        <translation>{0} 级页表（{1} 位）</translation>
    </message>
    <message>
        <source>{0} makes nothing that could be called {1!r}</source>
        <translation>{0} 不产生可命名为 {1!r} 的内容</translation>
    </message>
    <message>
        <source>{0} mapped</source>
        <translation>已映射 {0}</translation>
    </message>
    <message>
        <source>{0} maps pages that may lie anywhere, one by one</source>
        <translation>{0} 逐个映射可能位于任何位置的页</translation>
    </message>
    <message>
        <source>{0} may not be used here. Allowed: {1}.</source>
        <translation>这里不能用 {0}。允许：{1}。</translation>
    </message>
    <message>
        <source>{0} more ↓</source>
        <translation>还有 {0} 项 ↓</translation>
    </message>
    <message>
        <source>{0} needs {1}</source>
        <translation>{0} 需要 {1}</translation>
    </message>
    <message>
        <source>{0} needs {1}: {2}</source>
        <translation>{0} 需要 {1}：{2}</translation>
    </message>
    <message>
        <source>{0} never returns: the kernel stops</source>
        <translation>{0} 不再返回：内核停止</translation>
    </message>
    <message>
        <source>{0} node · subtree_max_size {1} · {2}</source>
        <translation>{0}节点 · subtree_max_size {1} · {2}</translation>
    </message>
    <message>
        <source>{0} of 64 · {1} stale</source>
        <translation>{0} / 64 · {1} 个过期</translation>
    </message>
    <message>
        <source>{0} of the options hold at the end of the page: exactly one must be right</source>
        <translation>页末有 {0} 个选项成立：必须恰好一个正确</translation>
    </message>
    <message>
        <source>{0} of the range from {1:#x}, {2} of {3} areas</source>
        <translation>自 {1:#x} 起的范围中 {0}，{3} 个区域中的 {2} 个</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>{0} of {1} PTEs of this run written, from {2} on</source>
        <translation>此段 {1} 个 PTE 中已写 {0} 个，从 {2} 起</translation>
    </message>
    <message>
        <source>{0} of {1} differ</source>
        <translation>{1} 个中 {0} 个不同</translation>
    </message>
    <message>
        <source>{0} of {1} lazy pages</source>
        <translation>{0} / {1} 个惰性页</translation>
    </message>
    <message>
        <source>{0} of {1} lines</source>
        <translation>{1} 行中的 {0} 行</translation>
    </message>
    <message>
        <source>{0} of {1} not done yet</source>
        <translation>{1} 个中 {0} 个尚未实现</translation>
    </message>
    <message>
        <source>{0} of {1} pages used, {2} given back and not flushed</source>
        <translation>{1} 页中已使用 {0} 页，{2} 页已归还但未刷新</translation>
    </message>
    <message>
        <source>{0} of {1} points</source>
        <translation>{0}/{1} 分</translation>
    </message>
    <message>
        <source>{0} of {1} reached</source>
        <translation>已到第 {0} / {1} 项</translation>
    </message>
    <message>
        <source>{0} of {1} reached, {2} did not run</source>
        <translation>已到第 {0} / {1} 项，{2} 项未运行</translation>
    </message>
    <message>
        <source>{0} of {1}: {2}</source>
        <translation>{0}/{1}：{2}</translation>
    </message>
    <message>
        <source>{0} of {1}: {2}: {3}</source>
        <translation>{0}/{1}：{2}：{3}</translation>
    </message>
    <message>
        <source>{0} operations</source>
        <translation>{0} 个操作</translation>
    </message>
    <message>
        <source>{0} operations · {1}</source>
        <translation>{0} 个操作 · {1}</translation>
    </message>
    <message>
        <source>{0} operations; at most {1} are allowed.</source>
        <translation>{0} 个操作；最多允许 {1} 个。</translation>
    </message>
    <message>
        <source>{0} or {1}</source>
        <translation>{0} 或 {1}</translation>
    </message>
    <message>
        <source>{0} pages</source>
        <translation>{0} 页</translation>
    </message>
    <message>
        <source>{0} pages free</source>
        <translation>空闲 {0} 页</translation>
    </message>
    <message>
        <source>{0} pages; {1} has {2}</source>
        <translation>{0} 页；{1} 有 {2} 页</translation>
    </message>
    <message>
        <source>{0} refused</source>
        <translation>{0} 被拒</translation>
    </message>
    <message>
        <source>{0} refuses a huge page at {1}</source>
        <translation>{0} 拒绝 {1} 处的大页</translation>
    </message>
    <message>
        <source>{0} returns</source>
        <translation>{0} 返回</translation>
    </message>
    <message>
        <source>{0} returns nothing</source>
        <translation>{0} 没有返回值</translation>
    </message>
    <message>
        <source>{0} returns {1}</source>
        <translation>{0} 返回 {1}</translation>
    </message>
    <message>
        <source>{0} says no: {1}</source>
        <translation>{0} 说不：{1}</translation>
    </message>
    <message>
        <source>{0} stale</source>
        <translation>{0} 个过期</translation>
    </message>
    <message>
        <source>{0} steps wrote {1}, the latest first. Enter goes to a step.</source>
        <translation>{0} 个步骤写过{1}，最新的在前。Enter 转到该步。</translation>
    </message>
    <message>
        <source>{0} steps; the play-head goes through them and comes back</source>
        <translation>{0} 步；播放头会走过它们再回来</translation>
    </message>
    <message>
        <source>{0} table</source>
        <translation>{0} 表</translation>
    </message>
    <message>
        <source>{0} takes no further value without a name</source>
        <translation>{0} 不再接受没有名称的值</translation>
    </message>
    <message>
        <source>{0} takes nothing behind its name</source>
        <translation>{0} 的名字后面不带参数</translation>
    </message>
    <message>
        <source>{0} takes one value, not a list joined by &apos;|&apos;</source>
        <translation>{0} 只接受一个值，而不是用 &apos;|&apos; 连接的列表</translation>
    </message>
    <message>
        <source>{0} to {1}: {2} pages</source>
        <translation>{0} 到 {1}：{2} 页</translation>
    </message>
    <message>
        <source>{0} translations · {1} stale</source>
        <translation>{0} 个翻译 · {1} 个过期</translation>
    </message>
    <message>
        <source>{0} used, {1} dirty, {2} free pages</source>
        <translation>已使用 {0} 页，脏 {1} 页，空闲 {2} 页</translation>
    </message>
    <message>
        <source>{0} wanted</source>
        <translation>需要 {0}</translation>
    </message>
    <message>
        <source>{0} was not called</source>
        <translation>{0} 没有被调用</translation>
    </message>
    <message>
        <source>{0} was not exported: {1}</source>
        <translation>{0} 没有导出：{1}</translation>
    </message>
    <message>
        <source>{0} with {1}K pages has no {2} levels of page tables</source>
        <translation>{0} 使用 {1}K 页时没有 {2} 级页表</translation>
    </message>
    <message>
        <source>{0} with {1}K pages has no {2}-bit addresses</source>
        <translation>{0} 使用 {1}K 页时没有 {2} 位地址</translation>
    </message>
    <message>
        <source>{0} would be the size of an object: a comment needs a space after &apos;#&apos;</source>
        <translation>{0} 会被当作对象的大小：注释的 &apos;#&apos; 之后需要空格</translation>
    </message>
    <message>
        <source>{0} {1} against {2}</source>
        <translation>{0}：{1} 对 {2}</translation>
    </message>
    <message>
        <source>{0} {1}: at most {2} are read</source>
        <translation>{0} 个 {1}：至多读取 {2} 个</translation>
    </message>
    <message>
        <source>{0} {1}: did not run: {2}</source>
        <translation>{0} {1}：未运行：{2}</translation>
    </message>
    <message>
        <source>{0} · empty</source>
        <translation>{0} · 空</translation>
    </message>
    <message>
        <source>{0} · lazily freed</source>
        <translation>{0} · 惰性释放</translation>
    </message>
    <message>
        <source>{0} · lazily freed, TLB flush pending · {1}</source>
        <translation>{0} · 惰性释放，TLB 刷新待处理 · {1}</translation>
    </message>
    <message>
        <source>{0} · {1} pages done</source>
        <translation>{0} · 已完成 {1} 页</translation>
    </message>
    <message>
        <source>{0} · {1}{2}
{3}</source>
        <translation>{0} · {1}{2}
{3}</translation>
    </message>
    <message>
        <source>{0})</source>
        <translation>{0})</translation>
    </message>
    <message>
        <source>{0}, after {1} alike</source>
        <translation>{0}，此前 {1} 项相同</translation>
    </message>
    <message>
        <source>{0}, aligned to {1}</source>
        <translation>{0}，按 {1} 对齐</translation>
    </message>
    <message>
        <source>{0}, first frame {1:x}</source>
        <translation>{0}，首个页框 {1:x}</translation>
    </message>
    <message>
        <source>{0}, up to operation {1}</source>
        <translation>{0}，截至操作 {1}</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>{0}, {1}: {2}. {3}</source>
        <translation>{0}，{1}：{2}。{3}</translation>
    </message>
    <message>
        <source>{0}. Operations that cannot run any more: {1}; they are kept</source>
        <translation>{0}。不能再运行的操作：{1}；它们仍保留</translation>
    </message>
    <message>
        <source>{0}: changed since it was saved</source>
        <translation>{0}：保存后有改动</translation>
    </message>
    <message>
        <source>{0}: folded</source>
        <translation>{0}：已折叠</translation>
    </message>
    <message>
        <source>{0}: leaves of {1}</source>
        <translation>{0}：{1} 的叶子</translation>
    </message>
    <message>
        <source>{0}: nested too deeply</source>
        <translation>{0}：嵌套太深</translation>
    </message>
    <message>
        <source>{0}: no table</source>
        <translation>{0}：没有页表</translation>
    </message>
    <message>
        <source>{0}: one leaf of {1}</source>
        <translation>{0}：一个 {1} 的叶子</translation>
    </message>
    <message>
        <source>{0}: the kernel stops here</source>
        <translation>{0}：内核在这里停止</translation>
    </message>
    <message>
        <source>{0}: the tables do not lead here any more</source>
        <translation>{0}：页表已不再通向这里</translation>
    </message>
    <message>
        <source>{0}: this is no TOML: {1}</source>
        <translation>{0}：这不是 TOML：{1}</translation>
    </message>
    <message>
        <source>{0}: to is less than from</source>
        <translation>{0}：to 小于 from</translation>
    </message>
    <message>
        <source>{0}: turn off</source>
        <translation>{0}：关闭</translation>
    </message>
    <message>
        <source>{0}: turn on</source>
        <translation>{0}：打开</translation>
    </message>
    <message>
        <source>{0}: use {1}</source>
        <translation>{0}：请用 {1}</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
    <message>
        <source>{0}: {1} leaves of {2}</source>
        <translation>{0}：{1} 个 {2} 的叶子</translation>
    </message>
    <message>
        <source>{0}: {1} only at B, {2} only at A, {3} changed</source>
        <translation>{0}：仅在 B {1} 个，仅在 A {2} 个，变化 {3} 个</translation>
    </message>
    <message>
        <source>{0}: {1} steps so far</source>
        <translation>{0}：目前 {1} 步</translation>
    </message>
    <message>
        <source>{0}: {1} → {2}</source>
        <translation>{0}: {1} → {2}</translation>
    </message>
    <message>
        <source>{0}?</source>
        <translation>{0}？</translation>
    </message>
    <message>
        <source>{kind} by CPU {cpu}: {end}</source>
        <translation>CPU {cpu} {kind}：{end}</translation>
    </message>
    <message>
        <source>{level} entry {index} of {entries}, {start} to {end}</source>
        <translation>{level} 表项 {index} / {entries}，{start} 到 {end}</translation>
    </message>
    <message>
        <source>{level} index: bits {high} to {low} = {value}</source>
        <translation>{level} 索引：第 {high} 到 {low} 位 = {value}</translation>
    </message>
    <message>
        <source>{level} table in frame {pfn:x}: {n} of {all} entries used</source>
        <translation>{level} 表，位于页框 {pfn:x}：已用 {n} / {all} 个表项</translation>
    </message>
    <message>
        <source>{size} at {start}</source>
        <translation>{size}，位于 {start}</translation>
    </message>
    <message>
        <source>– guard of {0}</source>
        <translation>– {0} 的保护页</translation>
    </message>
    <message>
        <source>“{0}” could not be saved as {1}: {2}. Nothing is lost: save it elsewhere.</source>
        <translation>“{0}”无法保存为 {1}：{2}。没有丢失任何内容：请保存到别处。</translation>
    </message>
    <message>
        <source>“{0}” is done. Explain it to somebody: present it, or export your own walk.</source>
        <translation>“{0}”完成了。讲给别人听：演示它，或者导出你自己的步骤。</translation>
    </message>
    <message>
        <source>“{0}” was changed since it was saved.</source>
        <translation>“{0}”在保存后有改动。</translation>
    </message>
    <message>
        <source>“{0}” was not saved when vmgui ended unexpectedly. Its last copy is of {1}.</source>
        <translation>vmgui 意外结束时“{0}”没有保存。它最后的副本保存于 {1}。</translation>
    </message>
    <message>
        <source>… invariants</source>
        <translation>… 不变式</translation>
    </message>
    <message>
        <source>← → beat   Ctrl+← → operation   Space play   7 Enter jump   B blank   Z zoom   L spot   N notes   Esc leave</source>
        <translation>← → 要点   Ctrl+← → 操作   空格 播放   7 Enter 跳转   B 黑屏   Z 放大   L 聚光   N 备注   Esc 退出</translation>
    </message>
    <message>
        <source>→ PFN</source>
        <translation>→ PFN</translation>
    </message>
    <message>
        <source>→ {0} refused</source>
        <translation>→ {0} 被拒</translation>
    </message>
    <message>
        <source>≈ TLB flush</source>
        <translation>≈ TLB 刷新</translation>
    </message>
    <message>
        <source>≠ First difference: operation {0}, {1}: {2}</source>
        <translation>≠ 第一处差异：操作 {0}，{1}：{2}</translation>
    </message>
    <message>
        <source>⋯ {0} nodes</source>
        <translation>⋯ {0} 个节点</translation>
    </message>
    <message>
        <source>✓ Invariants hold</source>
        <translation>✓ 不变式成立</translation>
    </message>
    <message>
        <source>✓ The two machines do not differ in any of {0} operations</source>
        <translation>✓ {0} 个操作中两台机器没有任何差异</translation>
    </message>
    <message>
        <source>✗ stale</source>
        <translation>✗ 过期</translation>
    </message>
    <message>
        <source>Start here</source>
        <translation>从这里开始</translation>
    </message>
    <message>
        <source>Small pages, huge pages, a huge page refused and why, three sizes in one call, what a free leaves behind, and what a purge is for.</source>
        <translation>小页、大页、被拒的大页及其原因、一次调用中的三种大小、释放之后留下什么，以及清理的用处。</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>被拒</translation>
    </message>
    <message>
        <source>Why? lists the checks in their order. The physical address is no multiple of 2 MiB.</source>
        <translation>“为什么？”按顺序列出各项检查。物理地址不是 2 MiB 的倍数。</translation>
    </message>
    <message>
        <source>When a mapping is huge</source>
        <translation>何时用大页映射</translation>
    </message>
    <message>
        <source>On the grid: one entry for 2 MiB</source>
        <translation>对齐：一个表项映射 2 MiB</translation>
    </message>
    <message>
        <source>Virtual address, physical address and length are multiples of 2 MiB. All checks pass, and one PMD entry does what 512 small ones would.</source>
        <translation>虚拟地址、物理地址和长度都是 2 MiB 的倍数。各项检查都通过，一个 PMD 表项就能代替 512 个小表项。</translation>
    </message>
    <message>
        <source>One entry for 2 MiB</source>
        <translation>一个表项映射 2 MiB</translation>
    </message>
    <message>
        <source>Why? lists the checks: every one has passed, so this PMD entry is a leaf.</source>
        <translation>“为什么？”列出各项检查：全部通过，所以这个 PMD 表项是叶表项。</translation>
    </message>
    <message>
        <source>One page short of 2 MiB</source>
        <translation>比 2 MiB 少一页</translation>
    </message>
    <message>
        <source>The same device, one page shorter. A PMD entry would map a page that nobody asked for, so 511 small entries are written.</source>
        <translation>同一个设备，短了一页。一个 PMD 表项会多映射一个没有请求的页，所以写入 511 个小表项。</translation>
    </message>
    <message>
        <source>Too short for one entry</source>
        <translation>不够一个表项</translation>
    </message>
    <message>
        <source>Look at Why?: the length is not 2 MiB. No other check was asked any more.</source>
        <translation>请看“为什么？”：长度不是 2 MiB，后面的检查不再进行。</translation>
    </message>
    <message>
        <source>One page off the grid</source>
        <translation>偏离对齐一页</translation>
    </message>
    <message>
        <source>The length is right, but the device begins one page behind a multiple of 2 MiB. A huge entry cannot point there.</source>
        <translation>长度合适，但设备的起点比 2 MiB 的倍数多一页。大页表项不能指向那里。</translation>
    </message>
    <message>
        <source>Refused: physical address</source>
        <translation>被拒：物理地址</translation>
    </message>
    <message>
        <source>The virtual address is aligned and the length fits. The physical address decides.</source>
        <translation>虚拟地址已对齐，长度也合适。起决定作用的是物理地址。</translation>
    </message>
    <message>
        <source>Booted with nohugeiomap</source>
        <translation>以 nohugeiomap 启动</translation>
    </message>
    <message>
        <source>Everything is aligned, but the machine was booted without huge pages for devices. No level above the PTE is even tried.</source>
        <translation>全部对齐，但机器启动时不允许设备使用大页。PTE 以上的层级连试都不试。</translation>
    </message>
    <message>
        <source>The first check says no</source>
        <translation>第一项检查就拒绝</translation>
    </message>
    <message>
        <source>The largest page that is allowed is smaller than 2 MiB. Turn the switch nohugeiomap off and look again.</source>
        <translation>允许的最大页小于 2 MiB。关掉开关 nohugeiomap 再看一次。</translation>
    </message>
    <message>
        <source>1 GiB, 2 MiB and 4 KiB in one call</source>
        <translation>一次调用：1 GiB、2 MiB 和 4 KiB</translation>
    </message>
    <message>
        <source>At every level the kernel asks again what still fits. The rest that is left over goes one level down.</source>
        <translation>在每一级，内核都重新判断还能放下什么。剩下的部分交给下一级。</translation>
    </message>
    <message>
        <source>The rest goes one level down</source>
        <translation>剩余部分下降一级</translation>
    </message>
    <message>
        <source>1 GiB is mapped by a PUD entry. Of what was left, 2 MiB have just got a PMD entry; one page remains.</source>
        <translation>1 GiB 由一个 PUD 表项映射。剩余部分中的 2 MiB 刚得到一个 PMD 表项；还剩一页。</translation>
    </message>
    <message>
        <source>vmalloc_huge falls back</source>
        <translation>vmalloc_huge 退回小页</translation>
    </message>
    <message>
        <source>Every 2 MiB of RAM has lost a few pages, so no block is whole. vmalloc_huge asks for blocks, gets none, and begins again page by page.</source>
        <translation>内存中每个 2 MiB 都缺了几页，没有完整的块。vmalloc_huge 请求大块而得不到，于是逐页重新开始。</translation>
    </message>
    <message>
        <source>No block to be had</source>
        <translation>没有可用的块</translation>
    </message>
    <message>
        <source>Of 1024 pages in blocks of 512 it got none. Next: the same area again with pages of 4 KiB.</source>
        <translation>按 512 页一块请求 1024 页，一块也没有得到。接下来：用 4 KiB 的页重新建立同一区域。</translation>
    </message>
    <message>
        <source>One page read-only: a huge entry is split</source>
        <translation>一页只读：大页表项被拆分</translation>
    </message>
    <message>
        <source>Protection is a matter of one entry. To make 4 KiB of a 2 MiB page read-only the kernel splits it into 512 entries first.</source>
        <translation>保护属性由一个表项决定。要让 2 MiB 页中的 4 KiB 只读，内核先把它拆成 512 个表项。</translation>
    </message>
    <message>
        <source>The huge entry is split</source>
        <translation>大页表项已拆分</translation>
    </message>
    <message>
        <source>A new PTE table holds 512 entries that map the same 2 MiB. Only now one of them can differ.</source>
        <translation>新的 PTE 表有 512 个表项，映射同样的 2 MiB。现在其中一个才可以不同。</translation>
    </message>
    <message>
        <source>An empty table in the way</source>
        <translation>空页表挡路</translation>
    </message>
    <message>
        <source>Unmapping leaves its PTE table behind. A huge page wants that PMD entry, so the empty table is freed first, after a flush.</source>
        <translation>取消映射后 PTE 表仍在。大页要用这个 PMD 表项，所以先刷新，再释放空表。</translation>
    </message>
    <message>
        <source>The table has been freed</source>
        <translation>页表已释放</translation>
    </message>
    <message>
        <source>The PMD entry was cleared, all TLBs flushed, the frame given back: the huge entry may go there.</source>
        <translation>PMD 表项已清除，所有 TLB 已刷新，页框已归还：大页表项可以写在这里。</translation>
    </message>
    <message>
        <source>A table that cannot be cleared away</source>
        <translation>移不走的页表</translation>
    </message>
    <message>
        <source>To replace a PMD table the kernel first needs a page for its notes. There is none, so the 1 GiB page is refused and 512 smaller ones do.</source>
        <translation>要替换 PMD 表，内核先需要一页来记录其内容。没有这一页，所以 1 GiB 页被拒，改用 512 个较小的页。</translation>
    </message>
    <message>
        <source>Refused: the table stays</source>
        <translation>被拒：页表保留</translation>
    </message>
    <message>
        <source>All numbers were right. The page for the copy could not be had, so the table stays and its 512 entries are used.</source>
        <translation>数值全都合适。得不到存放副本的页，所以页表保留，改用它的 512 个表项。</translation>
    </message>
    <message>
        <source>Where an area goes</source>
        <translation>区域放在哪里</translation>
    </message>
    <message>
        <source>The lowest hole, not the best</source>
        <translation>最低的空隙，而非最合适的</translation>
    </message>
    <message>
        <source>Two holes are large enough, and the higher one fits exactly. The kernel takes the lower one and splits it.</source>
        <translation>两个空隙都够大，较高的正好合适。内核取较低的一个并把它分开。</translation>
    </message>
    <message>
        <source>The lower one</source>
        <translation>较低的一个</translation>
    </message>
    <message>
        <source>The search began at the hole that fits exactly, and went on to the left: the lowest address wins.</source>
        <translation>查找从正好合适的空隙开始，再转向左边：最低的地址优先。</translation>
    </message>
    <message>
        <source>The first hole is too small</source>
        <translation>第一个空隙太小</translation>
    </message>
    <message>
        <source>Every node of the free tree knows the largest hole below it. So the search never goes down to the lower hole, which is too small.</source>
        <translation>空闲树的每个节点都知道其下最大的空隙。所以查找不会走到那个较低而太小的空隙。</translation>
    </message>
    <message>
        <source>Passed by</source>
        <translation>跳过</translation>
    </message>
    <message>
        <source>The area below the range says that its right side holds no more than 4 pages: the search turns back. Allocator, Tree shows its way.</source>
        <translation>范围下方的节点表明其右侧最多只有 4 页：查找折返。“分配器”的“树”显示它走的路。</translation>
    </message>
    <message>
        <source>Five levels of tables</source>
        <translation>五级页表</translation>
    </message>
    <message>
        <source>With 57-bit addresses the P4D level is real: one more table, one more step of the walk, and 512 times the room.</source>
        <translation>使用 57 位地址时 P4D 级真实存在：多一张表，遍历多一步，空间大 512 倍。</translation>
    </message>
    <message>
        <source>Below a P4D table</source>
        <translation>在 P4D 表之下</translation>
    </message>
    <message>
        <source>The entry of the P4D table points to this new PUD table. The boot made the P4D tables, one for each PGD entry of the range.</source>
        <translation>P4D 表的表项指向这张新的 PUD 表。P4D 表在启动时建立，该范围的每个 PGD 表项一张。</translation>
    </message>
    <message>
        <source>Grow in place, or move</source>
        <translation>就地增长，还是搬走</translation>
    </message>
    <message>
        <source>vrealloc keeps the area while the new size fits into its pages. One page more, and everything is copied to another place.</source>
        <translation>只要新的大小放得进原有的页，vrealloc 就保留区域。多一页，一切就复制到别处。</translation>
    </message>
    <message>
        <source>In place</source>
        <translation>就地</translation>
    </message>
    <message>
        <source>The same address comes back, and no page was asked for. Compare with the next operation.</source>
        <translation>返回同一个地址，没有请求任何页。请与下一个操作比较。</translation>
    </message>
    <message>
        <source>Freeing is lazy</source>
        <translation>释放是惰性的</translation>
    </message>
    <message>
        <source>Three frees, one flush</source>
        <translation>三次释放，一次刷新</translation>
    </message>
    <message>
        <source>Freed areas wait until somebody purges. Then one flush of all TLBs serves them all.</source>
        <translation>已释放的区域一直等到有人清理。那时对所有 TLB 刷新一次就够了。</translation>
    </message>
    <message>
        <source>One flush for three areas</source>
        <translation>三个区域一次刷新</translation>
    </message>
    <message>
        <source>To flush at every vfree would interrupt all CPUs three times. That is why freeing is lazy.</source>
        <translation>若每次 vfree 都刷新，所有 CPU 要被打断三次。所以释放是惰性的。</translation>
    </message>
    <message>
        <source>A freed page that still answers</source>
        <translation>已释放却仍应答的页</translation>
    </message>
    <message>
        <source>The page is freed, but the TLB remembers where it was. Until the purge nobody may get these addresses.</source>
        <translation>页已释放，但 TLB 还记得它在哪里。清理之前，谁也不能得到这些地址。</translation>
    </message>
    <message>
        <source>The TLB is out of date</source>
        <translation>TLB 已过时</translation>
    </message>
    <message>
        <source>This access reached a frame that belongs to nobody any more. A bug in a driver, and no fault tells.</source>
        <translation>这次访问到达了一个已无主的页框。这是驱动程序的错误，却没有缺页来报告。</translation>
    </message>
    <message>
        <source>vfree in an interrupt</source>
        <translation>中断中的 vfree</translation>
    </message>
    <message>
        <source>vfree may sleep, and an interrupt must not. So it only puts the address on a list, and a worker frees it later.</source>
        <translation>vfree 可能睡眠，而中断不可以。所以它只把地址放进链表，稍后由工作线程释放。</translation>
    </message>
    <message>
        <source>Put on a list</source>
        <translation>放进链表</translation>
    </message>
    <message>
        <source>The first word of the area itself is the link of the list: no memory is needed to free memory.</source>
        <translation>区域自身的第一个字就是链表的指针：释放内存不需要内存。</translation>
    </message>
    <message>
        <source>The fourth page cannot be had</source>
        <translation>得不到第四页</translation>
    </message>
    <message>
        <source>vmalloc has three of eight pages when memory ends. It gives back what it has, pages, array and addresses, and returns NULL.</source>
        <translation>vmalloc 得到八页中的三页后内存用尽。它归还已有的页、数组和地址，并返回 NULL。</translation>
    </message>
    <message>
        <source>Three of eight</source>
        <translation>八页中的三页</translation>
    </message>
    <message>
        <source>The caller sees that pages are missing. From here on everything that was made is undone.</source>
        <translation>调用者发现缺页。从这里开始，已做的一切都被撤销。</translation>
    </message>
    <message>
        <source>Many CPUs</source>
        <translation>多个 CPU</translation>
    </message>
    <message>
        <source>A block for each CPU</source>
        <translation>每个 CPU 一个块</translation>
    </message>
    <message>
        <source>vm_map_ram cuts its pieces from a block of addresses that belongs to the CPU. Only a new block needs the lock of the free tree.</source>
        <translation>vm_map_ram 从属于本 CPU 的地址块中切出小段。只有新块才需要空闲树的锁。</translation>
    </message>
    <message>
        <source>A block of its own</source>
        <translation>自己的块</translation>
    </message>
    <message>
        <source>CPU 1 had no block and has made one, with the lock of the tree. All its pieces come out of it from here on.</source>
        <translation>CPU 1 没有块，于是持有树的锁建立了一个。此后它的小段都出自这个块。</translation>
    </message>
    <message>
        <source>A pool instead of the tree</source>
        <translation>用池代替树</translation>
    </message>
    <message>
        <source>Purged areas of common sizes are kept in the pool of their node. The next request of that size takes one, without the free tree.</source>
        <translation>清理后，常见大小的区域留在其节点的池中。下一次同样大小的请求直接取用，不经过空闲树。</translation>
    </message>
    <message>
        <source>Taken from the pool</source>
        <translation>取自池中</translation>
    </message>
    <message>
        <source>The search is over before it began: the lock of one node was enough. On a machine with many CPUs the tree has one lock for all.</source>
        <translation>查找还没开始就结束了：一个节点的锁就够了。在多 CPU 的机器上，整棵树只有一把锁。</translation>
    </message>
    <message>
        <source>What protects memory</source>
        <translation>什么保护内存</translation>
    </message>
    <message>
        <source>A guard page catches an overrun</source>
        <translation>保护页拦住越界</translation>
    </message>
    <message>
        <source>Between two areas lies a page that nothing maps. Who runs off the end faults, instead of writing into the neighbour.</source>
        <translation>两个区域之间有一页不映射任何东西。越过末尾会缺页，而不会写进相邻区域。</translation>
    </message>
    <message>
        <source>The guard page</source>
        <translation>保护页</translation>
    </message>
    <message>
        <source>Its entry is empty, on purpose. It costs addresses and no memory.</source>
        <translation>它的表项有意留空。它只占地址，不占内存。</translation>
    </message>
    <message>
        <source>A module: code or data, never both</source>
        <translation>模块：代码或数据，二者不兼</translation>
    </message>
    <message>
        <source>What can be written must not run, and what runs must not be written. So the code of a module becomes read-only, and its data not executable.</source>
        <translation>能写的不得执行，能执行的不得写。所以模块的代码变为只读，数据不可执行。</translation>
    </message>
    <message>
        <source>Code cannot be written</source>
        <translation>代码不能写</translation>
    </message>
    <message>
        <source>The entry has no right to write: set_memory_rox has taken it, and in the direct map, too, which shows the same frame.</source>
        <translation>表项没有写权限：set_memory_rox 已经取消，映射同一页框的直接映射区也一样。</translation>
    </message>
    <message>
        <source>Who keeps watch</source>
        <translation>谁在看守</translation>
    </message>
    <message>
        <source>A shadow byte for every 8 bytes says which of them were asked for.  Read what the kernel log says about the rest.</source>
        <translation>每 8 个字节有一个影子字节，说明其中哪些是请求过的。其余的请看内核日志怎么说。</translation>
    </message>
    <message>
        <source>One byte too far</source>
        <translation>多了一个字节</translation>
    </message>
    <message>
        <source>The shadow byte says that 100 bytes were asked for. The log has the report.</source>
        <translation>影子字节表明只请求了 100 个字节。日志中有报告。</translation>
    </message>
    <message>
        <source>On arm64 a pointer and its memory can carry the same tag, and the processor compares them at every access.</source>
        <translation>在 arm64 上，指针及其内存可以带有相同的标签，处理器在每次访问时比较它们。</translation>
    </message>
    <message>
        <source>Another tag</source>
        <translation>标签不同</translation>
    </message>
    <message>
        <source>Pointer and memory carry different tags from here on: the processor noticed.</source>
        <translation>从这里开始，指针与内存的标签不同：处理器发现了。</translation>
    </message>
    <message>
        <source>Every byte has a shadow that says whether anybody has written it.  Reading is no mistake until the value is used.</source>
        <translation>每个字节都有影子，说明是否有人写过它。读取本身不是错误，使用这个值才是。</translation>
    </message>
    <message>
        <source>Used before it was written</source>
        <translation>先用后写</translation>
    </message>
    <message>
        <source>The shadow says that nobody has written this word.</source>
        <translation>影子表明没有人写过这个字。</translation>
    </message>
    <message>
        <source>Every allocation is an object to look for.  What no pointer leads to is lost.</source>
        <translation>每次分配都是一个要寻找的对象。没有指针指向的就是丢失的。</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>丢失</translation>
    </message>
    <message>
        <source>The second scan found no pointer to b either: it is reported.</source>
        <translation>第二次扫描也没有找到指向 b 的指针：于是报告。</translation>
    </message>
    <message>
        <source>Timers, works and the like are followed from their first use to their last.  Who frees the memory in between is told.</source>
        <translation>定时器、工作项等从第一次使用到最后一次都受跟踪。在此期间释放内存会被告知。</translation>
    </message>
    <message>
        <source>Freed while in use</source>
        <translation>使用中被释放</translation>
    </message>
    <message>
        <source>The object in a is still active: the log has the report.</source>
        <translation>a 中的对象仍在使用：日志中有报告。</translation>
    </message>
    <message>
        <source>Without it a TLB goes on using freed memory until the purge.  With it every unmap flushes.</source>
        <translation>没有它，TLB 会一直使用已释放的内存，直到清理。有了它，每次取消映射都会刷新。</translation>
    </message>
    <message>
        <source>Faults at once</source>
        <translation>立即缺页</translation>
    </message>
    <message>
        <source>vfree has flushed: no TLB remembers the page.</source>
        <translation>vfree 已经刷新：没有 TLB 还记得这一页。</translation>
    </message>
    <message>
        <source>The kernel&apos;s own test</source>
        <translation>内核自带的测试</translation>
    </message>
    <message>
        <source>{0} of {1} pages done</source>
        <translation>已完成 {0}/{1} 页</translation>
    </message>
    <message>
        <source>{0} of {1} pages done · {2} of {3} predictions right</source>
        <translation>已完成 {0}/{1} 页 · 预测对 {2}/{3}</translation>
    </message>
    <message>
        <source>“{0}”: a short program. Space plays it, Right goes a step.</source>
        <translation>“{0}”：一个短程序。空格键播放，右方向键前进一步。</translation>
    </message>
    <message>
        <source>“{0}”, at step {1}</source>
        <translation>“{0}”，步骤 {1}</translation>
    </message>
    <message>
        <source>“{0}”, from its beginning</source>
        <translation>“{0}”，从头开始</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Back to the program</source>
        <translation>回到程序</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Course</source>
        <translation>课程</translation>
    </message>
    <message>
        <source>No lesson is installed yet. The scenarios need none.</source>
        <translation>还没有安装课程。场景不需要课程。</translation>
    </message>
    <message>
        <source>Recent files</source>
        <translation>最近的文件</translation>
    </message>
    <message>
        <source>Show this page at the start</source>
        <translation>启动时显示此页</translation>
    </message>
    <message>
        <source>Filter: huge, hole, TLB …</source>
        <translation>筛选：大页、空隙、TLB …</translation>
    </message>
    <message>
        <source>Filter the scenarios</source>
        <translation>筛选场景</translation>
    </message>
    <message>
        <source>Close the start page</source>
        <translation>关闭起始页</translation>
    </message>
    <message>
        <source>Close the start page (Esc)</source>
        <translation>关闭起始页（Esc）</translation>
    </message>
    <message>
        <source>No scenario has these words.</source>
        <translation>没有场景包含这些词。</translation>
    </message>
    <message>
        <source>Each makes one decision of the kernel visible</source>
        <translation>每个场景展示内核的一个决定</translation>
    </message>
    <message>
        <source>Welcome to vmgui</source>
        <translation>欢迎使用 vmgui</translation>
    </message>
    <message>
        <source>Something of your own</source>
        <translation>打开自己的</translation>
    </message>
    <message>
        <source>Open a program…</source>
        <translation>打开程序…</translation>
    </message>
    <message>
        <source>Open a recording of a real kernel…</source>
        <translation>打开真实内核的记录…</translation>
    </message>
    <message>
        <source>An empty program</source>
        <translation>空程序</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>场景</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>起始页</translation>
    </message>
    <message>
        <source>S&amp;tart page</source>
        <translation>起始页(&amp;T)</translation>
    </message>
    <message>
        <source>Go on, the course, scenarios, files</source>
        <translation>继续、课程、场景、文件</translation>
    </message>
    <message>
        <source>Offer the course, scenarios and files when vmgui starts without a file</source>
        <translation>不带文件启动 vmgui 时提供课程、场景和文件</translation>
    </message>
    <message>
        <source>this is no document</source>
        <translation>这不是文档</translation>
    </message>
    <message>
        <source>Arrows choose · Enter open · type to filter · Esc close · Alt+Home this page</source>
        <translation>方向键选择 · Enter 打开 · 输入以筛选 · Esc 关闭 · Alt+Home 此页</translation>
    </message>
    <message>
        <source>Show the step</source>
        <translation>转到这一步</translation>
    </message>
</context>
</TS>
