/** Whether this stack is a local run, whose launcher this page can ask. */
export const hasControl = () => document.documentElement.dataset.control === 'local'
